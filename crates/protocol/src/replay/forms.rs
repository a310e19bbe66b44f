//! Values of forms, identities and summands at the challenges, as the verifier computes them.

use std::collections::BTreeMap;

use ark_ff::Field;
use modulus_sumcheck::arithmetic::Arithmetic;
use modulus_sumcheck::evaluate::{eq_bit, selector, truncated_powers};
use modulus_sumcheck::kernel::{self, KernelTooLarge, Part};

use super::{Known, Machine};
use crate::schedule::{
    Atom, Coordinate, Form, Kernel, LookupGroup, Pointwise, Schedule, Step, Summand, Table, Term,
    axis_bits,
};

/// Evaluates parts of a schedule on challenges and absorbed claims.
pub struct Evaluator<'a, M: Arithmetic> {
    schedule: &'a Schedule,
    machine: &'a mut M,
    known: &'a Known<M::Value>,
}

type Fallible<T> = Result<T, KernelTooLarge>;

impl<'a, M: Machine> Evaluator<'a, M> {
    /// An evaluator over what is known after a stage.
    pub fn new(schedule: &'a Schedule, machine: &'a mut M, known: &'a Known<M::Value>) -> Self {
        Self {
            schedule,
            machine,
            known,
        }
    }

    pub(super) fn coordinate(&mut self, coordinate: Coordinate) -> M::Value {
        match coordinate {
            Coordinate::Zero => self.machine.zero(),
            Coordinate::One => self.machine.one(),
            Coordinate::Half => {
                // 2 is invertible in every field of odd order.
                let half = M::Field::from(2_u64)
                    .inverse()
                    .unwrap_or_else(|| M::Field::from(0_u64));
                self.machine.constant(half)
            }
            // The schedule refers to challenges of earlier stages only.
            Coordinate::Challenge { stage, variable } => self
                .known
                .stages
                .get(stage)
                .and_then(|challenges| challenges.get(variable))
                .cloned()
                .unwrap_or_else(|| self.machine.zero()),
        }
    }

    fn coordinates(&mut self, coordinates: &[Coordinate]) -> Vec<M::Value> {
        coordinates
            .iter()
            .map(|coordinate| self.coordinate(*coordinate))
            .collect()
    }

    fn claim(&mut self, index: usize) -> M::Value {
        self.known
            .claims
            .get(index)
            .cloned()
            .unwrap_or_else(|| self.machine.zero())
    }

    fn integer(&mut self, value: i64) -> M::Value {
        self.machine.constant(M::Field::from(value))
    }

    fn kernel(&mut self, kernel: &Kernel) -> Fallible<M::Value> {
        let parts: Vec<Part<M::Value>> = kernel
            .parts
            .iter()
            .map(|part| Part {
                coefficient: part.coefficient,
                extent: part.extent as u64,
                coordinates: self.coordinates(&part.coordinates),
            })
            .collect();
        kernel::evaluate(self.machine, &parts, kernel.constant)
    }

    fn term(&mut self, term: &Term) -> Fallible<M::Value> {
        let atom = match &term.atom {
            Atom::One => self.machine.one(),
            Atom::Claim(index) => self.claim(*index),
            Atom::Counter(coordinates) => {
                let coordinates = self.coordinates(coordinates);
                counter(self.machine, &coordinates)
            }
        };
        let mut value = self.machine.scale(&atom, M::Field::from(term.coefficient));
        for item in &term.selectors {
            let coordinates = self.coordinates(&item.coordinates);
            let factor = selector(self.machine, item.extent as u64, &coordinates);
            value = self.machine.mul(&value, &factor);
        }
        for item in &term.kernels {
            let factor = self.kernel(item)?;
            value = self.machine.mul(&value, &factor);
        }
        Ok(value)
    }

    /// Value of a form.
    ///
    /// # Errors
    ///
    /// If one of its kernels is too large.
    pub fn form(&mut self, form: &Form) -> Fallible<M::Value> {
        let mut sum = self.machine.zero();
        for term in form {
            let value = self.term(term)?;
            sum = self.machine.add(&sum, &value);
        }
        Ok(sum)
    }

    /// The zero-check's polynomial at its point.
    pub(super) fn zero_check(&mut self) -> Fallible<M::Value> {
        let schedule = self.schedule;
        let mut batch = ZeroCheckBatch::new(self);
        for relation in &schedule.pointwise {
            let value = self.pointwise(relation)?;
            batch.add(self, &relation.shape, &value);
        }
        for group in &schedule.lookups {
            let value = self.lookup_group(group)?;
            batch.add(self, &group.shape, &value);
        }
        for (index, table) in schedule.tables.iter().enumerate() {
            let value = self.table(index, table)?;
            batch.add(self, &table.shape, &value);
        }
        Ok(batch.sum)
    }

    fn pointwise(&mut self, relation: &Pointwise) -> Fallible<M::Value> {
        let mut sum = self.machine.zero();
        for product in &relation.products {
            let mut value = self.integer(product.coefficient);
            for factor in &product.factors {
                let factor = self.form(factor)?;
                value = self.machine.mul(&value, &factor);
            }
            sum = self.machine.add(&sum, &value);
        }
        Ok(sum)
    }

    /// `alpha - sum beta^i column_i - beta^K tag`.
    fn denominator(&mut self, columns: &[M::Value], table: usize) -> M::Value {
        let tag = self.machine.constant(M::Field::from(table as u64 + 1));
        // Horner from the tag down; columns that a narrow table lacks are zero.
        let mut tuple = tag;
        for position in (0..self.schedule.columns).rev() {
            tuple = self.machine.mul(&tuple, &self.known.beta);
            if let Some(column) = columns.get(position) {
                tuple = self.machine.add(&tuple, column);
            }
        }
        self.machine.sub(&self.known.alpha, &tuple)
    }

    fn lookup_group(&mut self, group: &LookupGroup) -> Fallible<M::Value> {
        let helper = self.claim(group.helper_claim);
        let (mut product, mut sum) = (self.machine.one(), self.machine.zero());
        for lookup in &group.lookups {
            let columns: Vec<M::Value> = lookup
                .columns
                .iter()
                .map(|form| self.form(form))
                .collect::<Fallible<_>>()?;
            let denominator = self.denominator(&columns, lookup.table);
            let carried = self.machine.mul(&sum, &denominator);
            sum = self.machine.add(&carried, &product);
            product = self.machine.mul(&product, &denominator);
        }
        let left = self.machine.mul(&helper, &product);
        Ok(self.machine.sub(&left, &sum))
    }

    fn table(&mut self, index: usize, table: &Table) -> Fallible<M::Value> {
        let point = self.known.stages.first().cloned().unwrap_or_default();
        let mut columns = Vec::with_capacity(table.shape.len() + table.values.len());
        for (axis, offset) in axis_bits(&table.shape).into_iter().zip(&table.offsets) {
            let position = counter(self.machine, point.get(axis).unwrap_or_default());
            let offset = self.integer(*offset);
            columns.push(self.machine.add(&position, &offset));
        }
        for form in &table.values {
            columns.push(self.form(form)?);
        }
        let denominator = self.denominator(&columns, index);
        let helper = self.claim(table.helper_claim);
        let multiplicity = self.claim(table.multiplicity_claim);
        let product = self.machine.mul(&helper, &denominator);
        Ok(self.machine.add(&product, &multiplicity))
    }

    /// The sum that a step claims, and its polynomial at its point.
    pub(super) fn step(
        &mut self,
        index: usize,
        step: &Step,
        eta: &M::Value,
    ) -> Fallible<(M::Value, M::Value)> {
        let challenges = self
            .known
            .stages
            .get(index + 1)
            .cloned()
            .unwrap_or_default();
        let joins = joins(self.machine, &challenges);
        let (mut sum, mut value) = (self.machine.zero(), self.machine.zero());
        let mut power = self.machine.one();
        for instance in &step.instances {
            let offset = self.form(&instance.offset)?;
            let claim = self.claim(instance.claim);
            let reduced = self.machine.sub(&claim, &offset);
            let reduced = self.machine.mul(&reduced, &power);
            sum = self.machine.add(&sum, &reduced);
            let mut total = self.machine.zero();
            for summand in &instance.summands {
                let product = self.summand(summand, &challenges, &joins)?;
                total = self.machine.add(&total, &product);
            }
            let total = self.machine.mul(&total, &power);
            value = self.machine.add(&value, &total);
            power = self.machine.mul(&power, eta);
        }
        Ok((sum, value))
    }

    fn summand(
        &mut self,
        summand: &Summand,
        challenges: &[M::Value],
        joins: &[M::Value],
    ) -> Fallible<M::Value> {
        let mut value = match joins.get(summand.variables) {
            Some(join) => join.clone(),
            None => self.machine.one(),
        };
        for (fixed, variable) in &summand.eq {
            if let Some(challenge) = challenges.get(*variable) {
                let fixed = self.coordinate(*fixed);
                let factor = eq_bit(self.machine, &fixed, challenge);
                value = self.machine.mul(&value, &factor);
            }
        }
        for kernel in &summand.kernels {
            let factor = self.kernel(kernel)?;
            value = self.machine.mul(&value, &factor);
        }
        for form in &summand.factors {
            let factor = self.form(form)?;
            value = self.machine.mul(&value, &factor);
        }
        Ok(value)
    }
}

/// Running batch of identities: powers of lambda, and per shape its join and weight.
struct ZeroCheckBatch<V> {
    point: Vec<V>,
    joins: Vec<V>,
    theta_powers: Vec<V>,
    weights: BTreeMap<Vec<usize>, V>,
    power: V,
    sum: V,
}

impl<V: Clone> ZeroCheckBatch<V> {
    fn new<M: Machine<Value = V>>(evaluator: &mut Evaluator<'_, M>) -> Self {
        let point = evaluator.known.stages.first().cloned().unwrap_or_default();
        Self {
            joins: joins(evaluator.machine, &point),
            theta_powers: squarings(evaluator.machine, &evaluator.known.theta, point.len()),
            weights: BTreeMap::new(),
            power: evaluator.machine.one(),
            sum: evaluator.machine.zero(),
            point,
        }
    }

    fn add<M: Machine<Value = V>>(
        &mut self,
        evaluator: &mut Evaluator<'_, M>,
        shape: &[usize],
        value: &V,
    ) {
        let machine = &mut *evaluator.machine;
        let weight = if let Some(weight) = self.weights.get(shape) {
            weight.clone()
        } else {
            let weight = self.weight(machine, shape);
            self.weights.insert(shape.to_vec(), weight.clone());
            weight
        };
        let weighted = machine.mul(&weight, value);
        let scaled = machine.mul(&weighted, &self.power);
        self.sum = machine.add(&self.sum, &scaled);
        self.power = machine.mul(&self.power, &evaluator.known.lambda);
    }

    /// Extension of `theta^i [i inside shape]`, times the join of the shape's variables.
    fn weight<M: Machine<Value = V>>(&self, machine: &mut M, shape: &[usize]) -> V {
        let axes = axis_bits(shape);
        let bits = axes.first().map_or(0, |axis| axis.end);
        let mut weight = match self.joins.get(bits) {
            Some(join) => join.clone(),
            None => machine.one(),
        };
        for (axis, extent) in axes.into_iter().zip(shape) {
            // An axis of one entry has no bits and no weight of its own.
            let Some(base) = self.theta_powers.get(axis.start) else {
                continue;
            };
            let coordinates = self.point.get(axis).unwrap_or_default();
            let factor = truncated_powers(machine, *extent as u64, base, coordinates);
            weight = machine.mul(&weight, &factor);
        }
        weight
    }
}

/// `base^(2^o)` for o = 0 .. count - 1.
pub(super) fn squarings<A: Arithmetic>(
    machine: &mut A,
    base: &A::Value,
    count: usize,
) -> Vec<A::Value> {
    let mut powers = Vec::with_capacity(count);
    let mut power = base.clone();
    for position in 0..count {
        if position > 0 {
            power = machine.mul(&power, &power);
        }
        powers.push(power.clone());
    }
    powers
}

/// `X_(n-1)·..·X_k` at the challenges, for k = 0 .. n.
fn joins<A: Arithmetic>(machine: &mut A, challenges: &[A::Value]) -> Vec<A::Value> {
    let mut join = machine.one();
    let mut joins = vec![join.clone()];
    for challenge in challenges.iter().rev() {
        join = machine.mul(&join, challenge);
        joins.push(join.clone());
    }
    joins.reverse();
    joins
}

/// `sum 2^j coordinate_j`.
fn counter<A: Arithmetic>(machine: &mut A, coordinates: &[A::Value]) -> A::Value {
    let mut sum = machine.zero();
    for coordinate in coordinates.iter().rev() {
        sum = machine.add(&sum, &sum);
        sum = machine.add(&sum, coordinate);
    }
    sum
}
