//! The prover as a source of messages: each is computed from the challenges so far.

use std::borrow::Cow;
use std::sync::Arc;

use ark_bn254::{Fr, G1Affine};
use ark_ff::Zero;
use modulus_kzg::{CommitmentScheme, Openings, laurent_quotient, open};
use modulus_sumcheck::product::Batch;
use modulus_sumcheck::round::message;
use modulus_sumcheck::table::evaluate;
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::error::{ProveError, WitnessError};
use super::lookup::{Denominators, Lookups};
use super::reduction::{Reduction, Rows, Slots};
use super::tables::{Folded, Tables};
use super::weights::weights;
use super::witness::{Values, Witness};
use super::{Deviation, Job, Message, sums};
use crate::native::NativeMachine;
use crate::replay::{Messages, Outcome};
use crate::schedule::{RowKind, Schedule};
use crate::statement::{helper_digest, pack, power_sum, quotient_digest, statement_digest};

/// The sumcheck that is under way.
enum Phase {
    Idle,
    Batch(Batch<Fr>),
    Reduction(Reduction),
}

/// The source of messages; also gathers the proof.
pub(super) struct ProverMessages<'a> {
    job: Job<'a>,
    schedule: &'a Schedule,
    deviation: Deviation<'a>,
    witness: Witness<'a>,
    public: Vec<i64>,
    packed: Vec<u8>,
    committed: Vec<G1Affine>,
    trace: Vec<G1Affine>,
    helpers: Vec<G1Affine>,
    h1: Fr,
    h2: Fr,
    theta: Fr,
    lookups: Option<Lookups>,
    denominators: Option<Denominators>,
    /// Challenges of finished stages, lowest variable first.
    stages: Vec<Vec<Fr>>,
    claims: Vec<Fr>,
    folded: Folded,
    phase: Phase,
    coefficients: Vec<Fr>,
    /// Variables of the current sumcheck, and its challenges, highest variable first.
    variables: usize,
    challenges: Vec<Fr>,
    rows: Arc<Rows>,
    row: Zeroizing<Vec<Fr>>,
    s: Zeroizing<Vec<Fr>>,
    s_point: G1Affine,
    scalars: Vec<Fr>,
}

/// What the source leaves for the end of the proof.
pub(super) struct Made {
    pub(super) public: Vec<u8>,
    pub(super) committed: Vec<G1Affine>,
    pub(super) trace: Vec<G1Affine>,
    pub(super) helpers: Vec<G1Affine>,
    pub(super) s_point: G1Affine,
    pub(super) scalars: Vec<Fr>,
    pub(super) row: Zeroizing<Vec<Fr>>,
    pub(super) s: Zeroizing<Vec<Fr>>,
    pub(super) openings: Openings,
}

impl<'a> ProverMessages<'a> {
    pub(super) fn new(
        job: Job<'a>,
        deviation: Deviation<'a>,
        witness: Witness<'a>,
    ) -> Result<Self, ProveError> {
        let schedule = job.key.schedule();
        let mut values = Vec::with_capacity(schedule.public.len());
        for (public, tensor) in schedule.public_tensors() {
            let entries = witness.integers(public.tensor).unwrap_or_default();
            let range = tensor.low..=tensor.high;
            // A value that is cut to its width would be another value: never sent, even if the
            // range checks of the witness are skipped.
            if let Some(position) = entries.iter().position(|value| !range.contains(value)) {
                let tensor = public.tensor;
                return Err(WitnessError::PublicOutOfRange { tensor, position }.into());
            }
            values.push(entries);
        }
        let packed = pack(schedule, values.iter().map(AsRef::as_ref));
        let public: Vec<i64> = values
            .iter()
            .flat_map(|values| values.iter().copied())
            .collect();
        drop(values);
        Ok(Self {
            job,
            schedule,
            deviation,
            witness,
            public,
            packed,
            committed: Vec::new(),
            trace: Vec::new(),
            helpers: Vec::new(),
            h1: Fr::zero(),
            h2: Fr::zero(),
            theta: Fr::zero(),
            lookups: None,
            denominators: None,
            stages: Vec::new(),
            claims: Vec::new(),
            folded: Folded::new(),
            phase: Phase::Idle,
            coefficients: Vec::new(),
            variables: 0,
            challenges: Vec::new(),
            rows: Arc::new(Rows(Vec::new())),
            row: Zeroizing::default(),
            s: Zeroizing::default(),
            s_point: G1Affine::identity(),
            scalars: Vec::new(),
        })
    }

    /// What is left for the proof once the replay is over.
    pub(super) fn finish(self, outcome: &Outcome<Fr>) -> Made {
        let [a1, a2, s1, s2] = outcome.openings;
        Made {
            public: self.packed,
            committed: self.committed,
            trace: self.trace,
            helpers: self.helpers,
            s_point: self.s_point,
            scalars: self.scalars,
            row: self.row,
            s: self.s,
            openings: Openings { a1, a2, s1, s2 },
        }
    }

    /// The first pointwise relation that does not hold, as the cause of a failed zero-check.
    pub(super) fn violation(&self) -> Option<WitnessError> {
        let tables = Tables {
            schedule: self.schedule,
            witness: &self.witness,
            stages: &[],
            claims: &[],
        };
        let (relation, position) = sums::violation(&tables)?;
        Some(WitnessError::NotZero { relation, position })
    }

    fn tables(&self) -> Tables<'_> {
        Tables {
            schedule: self.schedule,
            witness: &self.witness,
            stages: &self.stages,
            claims: &self.claims,
        }
    }

    fn report(&self, name: &str, done: usize, total: usize) -> Result<(), ProveError> {
        #[expect(clippy::cast_precision_loss, reason = "a fraction for display")]
        let fraction = if total == 0 {
            1.0
        } else {
            done as f64 / total as f64
        };
        Ok(self.job.progress.stage(name, fraction)?)
    }

    fn begin(&mut self, variables: usize, phase: Phase) {
        self.variables = variables;
        self.challenges.clear();
        self.phase = phase;
    }

    /// Takes down a message, after a deviating prover has rewritten it.
    fn send(&mut self, kind: Message, mut values: Vec<Fr>) -> Vec<Fr> {
        if let Some(rewrite) = self.deviation.rewrite {
            rewrite(kind, &mut values);
        }
        self.scalars.extend(&values);
        values
    }

    fn fill_multiplicities(&mut self) -> Result<(), ProveError> {
        let lookups = Lookups::new(&self.tables());
        let counts = lookups.multiplicities(self.schedule, self.deviation.skip_checks)?;
        for (index, (table, mut counts)) in self.schedule.tables.iter().zip(counts).enumerate() {
            if let Some(forged) = self
                .deviation
                .multiplicities
                .and_then(|all| all.get(&index))
            {
                counts.clone_from(forged);
            }
            let tensor = self.schedule.claims[table.multiplicity_claim].tensor;
            self.witness
                .set(tensor, Values::Integers(Cow::Owned(counts)));
        }
        self.lookups = Some(lookups);
        Ok(())
    }

    fn claim_value(&self, claim: usize) -> Fr {
        let declared = &self.schedule.claims[claim];
        if let (Some((table, order)), Some(stage)) = (self.folded.get(&claim), self.stages.last()) {
            let point: Vec<Fr> = order.iter().map(|variable| stage[*variable]).collect();
            return evaluate(table, &point);
        }
        let (table, _) = self
            .witness
            .fold(declared.tensor, &self.tables().bounds(&declared.point));
        table.first().copied().unwrap_or_default()
    }
}

impl Messages<NativeMachine<ProveError>> for ProverMessages<'_> {
    fn statement(&mut self) -> Result<Fr, ProveError> {
        self.report("lookups", 0, 1)?;
        self.fill_multiplicities()?;
        let rows = self.schedule.row_kinds.len();
        let mut slots = Vec::with_capacity(rows);
        let ports = self.schedule.rows(RowKind::Port);
        let trace = self.schedule.rows(RowKind::Trace);
        for row in 0..self.schedule.rows(RowKind::Helper).start {
            let values = self.witness.row(row);
            let masks = self.job.masks;
            let mut extra: Vec<(usize, Fr)> = masks.slots(row).collect();
            extra.push((values.len(), masks.rows[row]));
            if ports.contains(&row) {
                self.committed
                    .push(self.job.srs.commit_small(&values, &extra)?);
            }
            if trace.contains(&row) {
                self.report("commit", row - trace.start, trace.len())?;
                self.trace.push(self.job.srs.commit_small(&values, &extra)?);
            }
            extra.pop();
            slots.push(if extra.is_empty() {
                Slots::Integers(values)
            } else {
                let mut elements: Vec<Fr> = values.into_iter().map(Fr::from).collect();
                for (slot, value) in extra {
                    elements[slot] = value;
                }
                Slots::Elements(elements)
            });
        }
        self.rows = Arc::new(Rows(slots));
        self.h1 = statement_digest(
            self.job.masks.mode,
            self.job.key.digest(),
            self.job.context,
            &self.packed,
            &self.committed,
            &self.trace,
        );
        Ok(self.h1)
    }

    fn salt(&mut self) -> Result<Fr, ProveError> {
        Ok(self.job.masks.salt)
    }

    fn helpers(&mut self, alpha: &Fr, beta: &Fr) -> Result<Fr, ProveError> {
        self.report("lookups", 1, 2)?;
        if let Some(lookups) = self.lookups.take() {
            let denominators = lookups.denominators(self.schedule, *alpha, *beta);
            denominators.fill_helpers(self.schedule, &mut self.witness)?;
            self.denominators = Some(denominators);
        }
        let range = self.schedule.rows(RowKind::Helper);
        for row in range.clone() {
            self.report("commit helpers", row - range.start, range.len())?;
            let mut values = self.witness.element_row(row);
            for (slot, value) in self.job.masks.slots(row) {
                values[slot] = value;
            }
            values.push(self.job.masks.rows[row]);
            self.helpers.push(self.job.srs.commit(&values)?);
            values.pop();
            if let Some(rows) = Arc::get_mut(&mut self.rows) {
                rows.0.push(Slots::Elements(values));
            }
        }
        self.h2 = helper_digest(self.h1, &self.helpers);
        Ok(self.h2)
    }

    fn begin_zero_check(&mut self, lambda: &Fr, theta: &Fr) -> Result<(), ProveError> {
        self.theta = *theta;
        if let Some(denominators) = self.denominators.take() {
            let batch = sums::zero_check(&self.tables(), denominators, *lambda, *theta);
            self.begin(self.schedule.zero_check_variables, Phase::Batch(batch));
        }
        Ok(())
    }

    fn begin_step(&mut self, step: usize, eta: &Fr) -> Result<(), ProveError> {
        self.report("steps", step, self.schedule.steps.len())?;
        let mut folded = Folded::new();
        let step = &self.schedule.steps[step];
        let batch = sums::step(&self.tables(), step, *eta, &mut folded);
        self.folded = folded;
        self.begin(step.variables, Phase::Batch(batch));
        Ok(())
    }

    fn begin_reduction(&mut self, sigma: &Fr) -> Result<(), ProveError> {
        self.report("reduction", 0, 1)?;
        let weights = weights(&self.tables(), *sigma, self.theta, self.h1);
        let reduction = Reduction::new(Arc::clone(&self.rows), weights);
        self.begin(self.schedule.row_bits, Phase::Reduction(reduction));
        Ok(())
    }

    fn round(&mut self, degree: usize) -> Result<Vec<Fr>, ProveError> {
        let name = match (&self.phase, self.stages.is_empty()) {
            (Phase::Reduction(_), _) => "reduction",
            (_, true) => "zero-check",
            (_, false) => "steps",
        };
        self.report(name, self.challenges.len(), self.variables)?;
        self.coefficients = match &mut self.phase {
            Phase::Idle => Vec::new(),
            Phase::Batch(batch) => batch.round(),
            Phase::Reduction(reduction) => reduction.round(),
        };
        let kind = Message::Round {
            stage: self.stages.len(),
            variable: self.variables - self.challenges.len() - 1,
        };
        Ok(self.send(kind, message(&self.coefficients, degree)))
    }

    fn challenge(&mut self, challenge: &Fr) -> Result<(), ProveError> {
        match &mut self.phase {
            Phase::Idle => {}
            Phase::Batch(batch) => batch.bind(*challenge),
            Phase::Reduction(reduction) => reduction.bind(*challenge),
        }
        self.challenges.push(*challenge);
        Ok(())
    }

    fn claims(&mut self, stage: usize) -> Result<Vec<Fr>, ProveError> {
        self.phase = Phase::Idle;
        self.stages
            .push(self.challenges.iter().rev().copied().collect());
        let range = self.schedule.stage_claims(stage);
        let values = range
            .into_par_iter()
            .map(|claim| self.claim_value(claim))
            .collect();
        self.folded.clear();
        let values = self.send(Message::Claims { stage }, values);
        self.claims.extend(&values);
        Ok(values)
    }

    fn public_sum(&mut self) -> Result<Fr, ProveError> {
        Ok(power_sum(&self.public, self.h1))
    }

    fn row_values(&mut self) -> Result<Vec<Fr>, ProveError> {
        let u: Vec<Fr> = self.challenges.iter().rev().copied().collect();
        let values = self.rows.evaluate(&u);
        self.phase = Phase::Idle;
        Ok(self.send(Message::Rows, values))
    }

    fn quotient(&mut self, rho: &Fr) -> Result<Fr, ProveError> {
        self.report("opening", 0, 5)?;
        let u: Vec<Fr> = self.challenges.iter().rev().copied().collect();
        let blinds = &self.job.masks.rows;
        self.row = Zeroizing::new(self.rows.batch(self.schedule.row_size(), *rho, blinds));
        self.s = Zeroizing::new(laurent_quotient(&self.row, &u)?);
        self.report("opening", 1, 5)?;
        self.s_point = self.job.srs.commit(&self.s)?;
        Ok(quotient_digest(self.h2, self.s_point))
    }

    fn openings(&mut self, zeta: &Fr) -> Result<[Fr; 4], ProveError> {
        let Openings { a1, a2, s1, s2 } = open(&self.row, &self.s, *zeta)?;
        let values = self.send(Message::Openings, vec![a1, a2, s1, s2]);
        Ok([values[0], values[1], values[2], values[3]])
    }
}
