//! Checks that make a decoded schedule safe to replay.
//!
//! Beyond index ranges these are the rules whose absence would make the replay meaningless: a
//! claim on a virtual tensor that no step reduces is unconstrained, a form that reads a claim
//! before it is absorbed lets the prover choose it after the challenge, and a round polynomial
//! above its declared degree cannot be sent.

use std::collections::BTreeSet;

use modulus_sumcheck::bits;
use modulus_sumcheck::product::DEGREE_LIMIT;

use super::automaton;
use super::types::{
    Atom, Coordinate, Form, Instance, Kernel, RowKind, Schedule, Selector, Step, Summand, Tensor,
    TensorKind, block_bits,
};

type Check = Result<(), String>;

const ROW_BITS_LIMIT: usize = 24;
const ROW_LIMIT: usize = 1 << 12;
const AXIS_LIMIT: usize = 16;
const VARIABLE_LIMIT: usize = 32;
const STEP_LIMIT: usize = 1 << 12;
const COLUMN_LIMIT: usize = 32;
const GROUP_LIMIT: usize = 4;
/// Bound on constants of kernels, so that carries fit 64 bits.
const KERNEL_LIMIT: u64 = 1 << 27;

macro_rules! require {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(format!($($message)+));
        }
    };
}

pub(super) fn check(schedule: &Schedule) -> Check {
    rows(schedule)?;
    for (index, tensor) in schedule.tensors.iter().enumerate() {
        self::tensor(schedule, tensor).map_err(|problem| format!("tensor {index}: {problem}"))?;
    }
    layout(schedule)?;
    let degree = schedule.zero_check_degree;
    require!(
        schedule.zero_check_variables <= VARIABLE_LIMIT,
        "too many zero-check variables"
    );
    require!(
        (1..=DEGREE_LIMIT).contains(&degree),
        "zero-check degree {degree}"
    );
    require!(schedule.columns <= COLUMN_LIMIT, "too many lookup columns");
    require!(schedule.steps.len() <= STEP_LIMIT, "too many steps");
    claims(schedule)?;
    for (index, relation) in schedule.pointwise.iter().enumerate() {
        pointwise(schedule, index, relation)?;
    }
    lookups(schedule)?;
    tables(schedule)?;
    for (index, step) in schedule.steps.iter().enumerate() {
        self::step(schedule, index + 1, step)
            .map_err(|problem| format!("step {index}: {problem}"))?;
    }
    reduced(schedule)?;
    own_columns(schedule)?;
    padding(schedule)?;
    automaton::check_work(schedule)?;
    public(schedule)
}

fn rows(schedule: &Schedule) -> Check {
    let kinds = &schedule.row_kinds;
    require!(
        (1..=ROW_BITS_LIMIT).contains(&schedule.row_bits),
        "rows of 2^{}",
        schedule.row_bits
    );
    require!(kinds.len() <= ROW_LIMIT, "{} rows", kinds.len());
    require!(kinds.is_sorted(), "rows are not sorted by kind");
    require!(
        kinds.last() == Some(&RowKind::Helper),
        "there is no helper row"
    );
    Ok(())
}

fn shape(shape: &[usize]) -> Check {
    require!(shape.len() <= AXIS_LIMIT, "{} axes", shape.len());
    require!(!shape.contains(&0), "an axis of extent 0");
    require!(
        block_bits(shape) <= VARIABLE_LIMIT,
        "block of more than 2^{VARIABLE_LIMIT} slots"
    );
    Ok(())
}

fn tensor(schedule: &Schedule, tensor: &Tensor) -> Check {
    shape(&tensor.shape)?;
    require!(tensor.low <= tensor.high, "empty range");
    // Magnitudes must be representable with their sign.
    require!(tensor.low > i64::MIN, "range exceeds 63 bits");
    let Some(kind) = tensor.kind.row_kind() else {
        require!(
            tensor.row == 0 && tensor.offset == 0,
            "virtual, but has a place"
        );
        return Ok(());
    };
    let (bits, row_bits) = (tensor.block_bits(), schedule.row_bits);
    let count = 1_usize << bits.saturating_sub(row_bits);
    let rows = tensor
        .row
        .checked_add(count)
        .and_then(|end| schedule.row_kinds.get(tensor.row..end));
    require!(
        rows.is_some_and(|rows| rows.iter().all(|row| *row == kind)),
        "outside the rows of its kind"
    );
    let size = 1_usize << bits.min(row_bits);
    require!(
        tensor.offset.is_multiple_of(size) && tensor.offset < schedule.row_size(),
        "offset {} is not aligned",
        tensor.offset
    );
    // Its owner committed to it alone, from slot 0 on.
    require!(
        kind != RowKind::Port || tensor.offset == 0,
        "a committed input or output does not begin its row"
    );
    Ok(())
}

/// Two tensors on one slot would each be free to break the other's rules.
fn layout(schedule: &Schedule) -> Check {
    let mut blocks: Vec<(usize, usize)> = schedule
        .tensors
        .iter()
        .filter(|tensor| tensor.kind != TensorKind::Virtual)
        .map(|tensor| {
            let start = (tensor.row << schedule.row_bits) + tensor.offset;
            (start, start + (1 << tensor.block_bits()))
        })
        .collect();
    blocks.sort_unstable();
    let overlaps = blocks
        .windows(2)
        .any(|pair| matches!(pair, [left, right] if left.1 > right.0));
    require!(!overlaps, "tensors overlap");
    Ok(())
}

fn claims(schedule: &Schedule) -> Check {
    let ordered = schedule.claims.is_sorted_by_key(|claim| claim.stage);
    require!(ordered, "claims are not grouped by stage");
    let mut seen = BTreeSet::new();
    for (index, claim) in schedule.claims.iter().enumerate() {
        require!(
            seen.insert((claim.tensor, &claim.point)),
            "claim {index} is stated twice"
        );
        let Some(tensor) = schedule.tensors.get(claim.tensor) else {
            return Err(format!("claim {index}: unknown tensor"));
        };
        require!(
            claim.stage <= schedule.steps.len(),
            "claim {index}: unknown stage"
        );
        require!(
            claim.point.len() == tensor.block_bits(),
            "claim {index}: wrong point length"
        );
        for coordinate in &claim.point {
            require!(
                is_known(schedule, *coordinate, claim.stage),
                "claim {index}: unknown challenge in its point"
            );
        }
    }
    Ok(())
}

/// Whether a coordinate is a constant or a challenge of a stage up to `stage`.
fn is_known(schedule: &Schedule, coordinate: Coordinate, stage: usize) -> bool {
    match coordinate {
        Coordinate::Challenge {
            stage: own,
            variable,
        } => {
            own <= stage
                && schedule
                    .stage_variables(own)
                    .is_some_and(|count| variable < count)
        }
        _ => true,
    }
}

/// What a form may refer to.
#[derive(Clone, Copy)]
struct Context<'a> {
    schedule: &'a Schedule,
    stage: usize,
    /// Variables of the stage that may occur; nothing in an offset.
    variables: Option<usize>,
}

impl Context<'_> {
    /// Checks coordinates and adds their variables to `used`.
    fn coordinates(&self, coordinates: &[Coordinate], used: &mut u64) -> Check {
        for coordinate in coordinates {
            require!(
                is_known(self.schedule, *coordinate, self.stage),
                "unknown challenge"
            );
            if let Some(variable) = coordinate.variable_of(self.stage) {
                let allowed = self.variables.is_some_and(|count| variable < count);
                require!(allowed, "variable {variable} may not occur here");
                require!(
                    *used >> variable & 1 == 0,
                    "variable {variable} occurs twice"
                );
                *used |= 1 << variable;
            }
        }
        Ok(())
    }

    fn selector(&self, selector: &Selector, used: &mut u64) -> Check {
        require!(selector.extent >= 1, "selector of extent 0");
        let width = bits(selector.extent);
        require!(
            selector.coordinates.len() == width,
            "selector needs {width} coordinates"
        );
        self.coordinates(&selector.coordinates, used)
    }

    fn kernel(&self, kernel: &Kernel, used: &mut u64) -> Check {
        require!(!kernel.parts.is_empty(), "kernel without parts");
        require!(
            kernel.constant.unsigned_abs() <= KERNEL_LIMIT,
            "kernel constant is too large"
        );
        for part in &kernel.parts {
            require!(part.extent >= 1, "kernel index of extent 0");
            let width = bits(part.extent);
            require!(
                part.coordinates.len() == width,
                "kernel index needs {width} coordinates"
            );
            self.coordinates(&part.coordinates, used)?;
        }
        Ok(())
    }

    /// Checks a form; returns the variables it depends on.
    fn form(&self, form: &Form) -> Result<u64, String> {
        let mut all = 0;
        for term in form {
            let mut used = 0;
            for selector in &term.selectors {
                self.selector(selector, &mut used)?;
            }
            require!(
                term.kernels.is_empty() || self.variables.is_none(),
                "kernel in a factor form"
            );
            for kernel in &term.kernels {
                self.kernel(kernel, &mut used)?;
            }
            match &term.atom {
                Atom::One => {}
                Atom::Counter(coordinates) => {
                    require!(coordinates.len() <= VARIABLE_LIMIT, "counter is too wide");
                    self.coordinates(coordinates, &mut used)?;
                }
                Atom::Claim(index) => {
                    // Attack: an offset enters the claimed sum before the stage's claims are
                    // absorbed; one that is chosen afterwards could meet any sum.
                    require!(self.variables.is_some(), "an offset refers to a claim");
                    let Some(claim) = self.schedule.claims.get(*index) else {
                        return Err(format!("unknown claim {index}"));
                    };
                    require!(
                        claim.stage <= self.stage,
                        "claim {index} is not absorbed yet"
                    );
                    self.coordinates(&claim.point, &mut used)?;
                }
            }
            all |= used;
        }
        Ok(all)
    }
}

/// Adds one to the degree of every variable in `used`; none may exceed `limit`.
fn raise(degrees: &mut [usize], used: u64, limit: usize) -> Check {
    for (variable, degree) in degrees.iter_mut().enumerate() {
        *degree += usize::from(used >> variable & 1 == 1);
        require!(
            *degree <= limit,
            "degree in variable {variable} exceeds {limit}"
        );
    }
    Ok(())
}

fn pointwise(schedule: &Schedule, index: usize, relation: &super::Pointwise) -> Check {
    let context = zero_check_context(schedule, &relation.shape)
        .map_err(|problem| format!("pointwise {index}: {problem}"))?;
    for product in &relation.products {
        // The weight of the shape has degree 1 in every variable.
        let mut degrees = vec![1; context.variables.unwrap_or(0)];
        for form in &product.factors {
            context
                .form(form)
                .and_then(|used| raise(&mut degrees, used, schedule.zero_check_degree))
                .map_err(|problem| format!("pointwise {index}: {problem}"))?;
        }
    }
    Ok(())
}

fn zero_check_context<'a>(schedule: &'a Schedule, of: &[usize]) -> Result<Context<'a>, String> {
    shape(of)?;
    let variables = block_bits(of);
    require!(
        variables <= schedule.zero_check_variables,
        "more variables than the zero-check"
    );
    Ok(Context {
        schedule,
        stage: 0,
        variables: Some(variables),
    })
}

/// A claim on a whole column at the zero-check's point: the prover fills the column itself.
fn column(schedule: &Schedule, index: usize, of: &[usize], kind: TensorKind) -> Check {
    let Some(claim) = schedule.claims.get(index) else {
        return Err(format!("unknown claim {index}"));
    };
    let tensor = schedule.tensors.get(claim.tensor);
    require!(
        tensor.is_some_and(|tensor| tensor.kind == kind && tensor.shape == of),
        "claim {index} is not on a column of this shape"
    );
    let is_whole = claim.stage == 0
        && claim
            .point
            .iter()
            .enumerate()
            .all(|(bit, at)| at.variable_of(0) == Some(bit));
    require!(
        is_whole,
        "claim {index} is not at the point of the zero-check"
    );
    Ok(())
}

fn lookups(schedule: &Schedule) -> Check {
    for (index, group) in schedule.lookups.iter().enumerate() {
        let fail = |problem: String| format!("lookup group {index}: {problem}");
        let context = zero_check_context(schedule, &group.shape).map_err(fail)?;
        column(
            schedule,
            group.helper_claim,
            &group.shape,
            TensorKind::Helper,
        )
        .map_err(fail)?;
        let count = group.lookups.len();
        require!(
            (1..=GROUP_LIMIT).contains(&count),
            "lookup group {index}: {count} lookups"
        );
        let fits = count + 2 <= schedule.zero_check_degree;
        require!(
            fits,
            "lookup group {index}: degree exceeds the zero-check's"
        );
        for lookup in &group.lookups {
            let Some(table) = schedule.tables.get(lookup.table) else {
                return Err(format!(
                    "lookup group {index}: unknown table {}",
                    lookup.table
                ));
            };
            let width = table.shape.len() + table.values.len();
            require!(
                lookup.columns.len() == width,
                "lookup group {index}: not {width} columns"
            );
            for form in &lookup.columns {
                context.form(form).map_err(fail)?;
            }
        }
    }
    Ok(())
}

fn tables(schedule: &Schedule) -> Check {
    for (index, table) in schedule.tables.iter().enumerate() {
        let fail = |problem: String| format!("table {index}: {problem}");
        let context = zero_check_context(schedule, &table.shape).map_err(fail)?;
        column(
            schedule,
            table.helper_claim,
            &table.shape,
            TensorKind::Helper,
        )
        .map_err(fail)?;
        column(
            schedule,
            table.multiplicity_claim,
            &table.shape,
            TensorKind::Multiplicity,
        )
        .map_err(fail)?;
        require!(
            schedule.zero_check_degree >= 3,
            "table {index}: degree exceeds the zero-check's"
        );
        require!(
            table.offsets.len() == table.shape.len(),
            "table {index}: not one offset an axis"
        );
        let width = table.shape.len() + table.values.len();
        require!(
            (1..=schedule.columns).contains(&width),
            "table {index}: {width} columns"
        );
        for form in &table.values {
            context.form(form).map_err(fail)?;
        }
    }
    Ok(())
}

fn step(schedule: &Schedule, stage: usize, step: &Step) -> Check {
    require!(step.variables <= VARIABLE_LIMIT, "too many variables");
    require!(
        (1..=DEGREE_LIMIT).contains(&step.degree),
        "degree {}",
        step.degree
    );
    for (index, instance) in step.instances.iter().enumerate() {
        self::instance(schedule, stage, step, instance)
            .map_err(|problem| format!("instance {index}: {problem}"))?;
    }
    Ok(())
}

fn instance(schedule: &Schedule, stage: usize, step: &Step, instance: &Instance) -> Check {
    let is_earlier = schedule
        .claims
        .get(instance.claim)
        .is_some_and(|claim| claim.stage < stage);
    require!(
        is_earlier,
        "claim {} is not of an earlier stage",
        instance.claim
    );
    Context {
        schedule,
        stage,
        variables: None,
    }
    .form(&instance.offset)?;
    for summand in &instance.summands {
        self::summand(schedule, stage, step, summand)?;
    }
    Ok(())
}

fn summand(schedule: &Schedule, stage: usize, step: &Step, summand: &Summand) -> Check {
    require!(
        summand.variables <= step.variables,
        "summand has more variables than its step"
    );
    let context = Context {
        schedule,
        stage,
        variables: Some(summand.variables),
    };
    let mut degrees = vec![0; summand.variables];
    for (fixed, variable) in &summand.eq {
        let is_fixed = fixed.variable_of(stage).is_none() && is_known(schedule, *fixed, stage);
        require!(is_fixed, "equality with a coordinate that is not fixed");
        require!(
            *variable < summand.variables,
            "equality with unknown variable {variable}"
        );
        raise(&mut degrees, 1 << variable, step.degree)?;
    }
    for kernel in &summand.kernels {
        let mut used = 0;
        context.kernel(kernel, &mut used)?;
        raise(&mut degrees, used, step.degree)?;
    }
    for form in &summand.factors {
        raise(&mut degrees, context.form(form)?, step.degree)?;
    }
    Ok(())
}

/// Committed tensors answer for their claims in the opening; virtual ones only through a step.
fn reduced(schedule: &Schedule) -> Check {
    let reduced: BTreeSet<usize> = schedule
        .steps
        .iter()
        .flat_map(|step| &step.instances)
        .map(|instance| instance.claim)
        .collect();
    for (index, claim) in schedule.claims.iter().enumerate() {
        let is_virtual = schedule
            .tensors
            .get(claim.tensor)
            .is_some_and(|tensor| tensor.kind == TensorKind::Virtual);
        let is_reduced = !is_virtual || reduced.contains(&index);
        require!(
            is_reduced,
            "claim {index} on a virtual tensor is not reduced by any step"
        );
    }
    Ok(())
}

/// Attack: a column shared by two identities would let one lookup pay for another.
fn own_columns(schedule: &Schedule) -> Check {
    let helpers = schedule.lookups.iter().map(|group| group.helper_claim);
    let tables = schedule
        .tables
        .iter()
        .flat_map(|table| [table.helper_claim, table.multiplicity_claim]);
    let mut seen = BTreeSet::new();
    for claim in helpers.chain(tables) {
        let tensor = schedule.claims.get(claim).map(|claim| claim.tensor);
        require!(seen.insert(tensor), "lookup columns are shared");
    }
    Ok(())
}

/// Attack: a slot outside a shape that is not enforced to be zero is a free witness.
fn padding(schedule: &Schedule) -> Check {
    let is_padded = |tensor: &Tensor| {
        let is_listed = matches!(
            tensor.kind,
            TensorKind::Table | TensorKind::Weight | TensorKind::Port | TensorKind::Trace
        );
        is_listed && !tensor.shape.iter().all(|extent| extent.is_power_of_two())
    };
    let padded = schedule
        .tensors
        .iter()
        .enumerate()
        .filter(|(_, tensor)| is_padded(tensor))
        .map(|(index, _)| index);
    require!(
        padded.eq(schedule.padding.iter().copied()),
        "the list of padded tensors is not complete"
    );
    Ok(())
}

fn public(schedule: &Schedule) -> Check {
    let ordered = schedule.public.is_sorted_by_key(|public| public.is_output);
    require!(ordered, "public outputs precede inputs");
    let mut seen = BTreeSet::new();
    for public in &schedule.public {
        let index = public.tensor;
        let Some(tensor) = schedule.tensors.get(index) else {
            return Err(format!("unknown public tensor {index}"));
        };
        require!(
            tensor.kind == TensorKind::Trace,
            "public tensor {index} is not in the trace"
        );
        require!(seen.insert(index), "tensor {index} is public twice");
        let bits: u32 = match public.width {
            1 => 8,
            2 => 16,
            4 => 32,
            8 => 64,
            width => return Err(format!("public tensor {index}: width {width}")),
        };
        let bound = i128::from(1_u8) << (bits - 1);
        let fits = i128::from(tensor.low) >= -bound && i128::from(tensor.high) < bound;
        require!(fits, "public tensor {index}: range exceeds its width");
    }
    Ok(())
}
