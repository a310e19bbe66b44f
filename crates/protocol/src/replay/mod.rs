//! The step logic of the protocol, written once for prover, verifier and circuit.
//!
//! [`replay`] walks the schedule: it takes messages from a [`Messages`] source, feeds a
//! [`Sponge`], and asserts every equation on a [`Machine`]. The verifier's source reads the proof;
//! the prover's source computes each message from the challenges so far, so that the prover
//! checks everything the verifier will; a circuit's source allocates witnesses.

mod forms;
mod linear;
mod opening;

use modulus_sumcheck::arithmetic::Arithmetic;
use modulus_sumcheck::kernel::KernelTooLarge;
use modulus_sumcheck::round;

use crate::rejection::Check;
use crate::schedule::{Schedule, Step};
pub use forms::Evaluator;

/// Arithmetic that can also enforce equations.
pub trait Machine: Arithmetic {
    /// Why a replay stops.
    type Error: From<KernelTooLarge>;

    /// Enforces `left = right`.
    ///
    /// # Errors
    ///
    /// If the values are known and differ.
    fn assert_equal(
        &mut self,
        left: &Self::Value,
        right: &Self::Value,
        check: Check,
    ) -> Result<(), Self::Error>;

    /// The inverse of a value that is thereby enforced to be non-zero.
    ///
    /// # Errors
    ///
    /// If the value is known to be zero.
    fn inverse(&mut self, value: &Self::Value, check: Check) -> Result<Self::Value, Self::Error>;
}

/// The source of challenges.
pub trait Sponge<M: Machine> {
    /// Absorbs one value.
    fn absorb(&mut self, machine: &mut M, value: &M::Value);

    /// Draws one challenge.
    fn squeeze(&mut self, machine: &mut M) -> M::Value;
}

/// The source of messages, asked in the order of absorption.
///
/// Numbers of elements follow from the schedule; a source returns exactly as many as asked for.
#[expect(
    clippy::missing_errors_doc,
    reason = "all fail alike: the source has no message"
)]
pub trait Messages<M: Machine> {
    /// h1: digest of statement and trace commitments.
    fn statement(&mut self) -> Result<M::Value, M::Error>;

    /// The salt; 0 in transparent mode.
    fn salt(&mut self) -> Result<M::Value, M::Error>;

    /// h2: digest of the helper commitments.
    fn helpers(&mut self, alpha: &M::Value, beta: &M::Value) -> Result<M::Value, M::Error>;

    /// Announces the zero-check.
    fn begin_zero_check(&mut self, _lambda: &M::Value, _theta: &M::Value) -> Result<(), M::Error> {
        Ok(())
    }

    /// Announces a step, by its index.
    fn begin_step(&mut self, _step: usize, _eta: &M::Value) -> Result<(), M::Error> {
        Ok(())
    }

    /// Announces the claim reduction.
    fn begin_reduction(&mut self, _sigma: &M::Value) -> Result<(), M::Error> {
        Ok(())
    }

    /// `degree` coefficients c_0, c_2 .. of the next round of the sumcheck begun last.
    fn round(&mut self, degree: usize) -> Result<Vec<M::Value>, M::Error>;

    /// Announces the challenge of that round.
    fn challenge(&mut self, _challenge: &M::Value) -> Result<(), M::Error> {
        Ok(())
    }

    /// Values of the claims of a stage.
    fn claims(&mut self, stage: usize) -> Result<Vec<M::Value>, M::Error>;

    /// e: the power sum of the public values at z = h1.
    fn public_sum(&mut self) -> Result<M::Value, M::Error>;

    /// Values of all rows at the point of the claim reduction.
    fn row_values(&mut self) -> Result<Vec<M::Value>, M::Error>;

    /// h3: digest of the commitment to S.
    fn quotient(&mut self, rho: &M::Value) -> Result<M::Value, M::Error>;

    /// a1, a2, s1, s2.
    fn openings(&mut self, zeta: &M::Value) -> Result<[M::Value; 4], M::Error>;
}

/// What remains to be checked or published after a replay.
#[derive(Debug, Clone)]
pub struct Outcome<V> {
    /// Digest of statement and trace commitments.
    pub h1: V,
    /// Digest of the helper commitments.
    pub h2: V,
    /// Digest of the commitment to S.
    pub h3: V,
    /// Power sum of the public values.
    pub e: V,
    /// Challenge that combines the rows.
    pub rho: V,
    /// Challenge at which the combined row is opened.
    pub zeta: V,
    /// a1, a2, s1, s2.
    pub openings: [V; 4],
    /// Last squeeze; binds the whole transcript.
    pub seal: V,
}

/// Challenges and claims that the equations refer to.
#[derive(Debug, Clone)]
pub struct Known<V> {
    /// Round challenges per stage, lowest variable first.
    pub stages: Vec<Vec<V>>,
    /// Absorbed claims.
    pub claims: Vec<V>,
    /// Lookup challenge.
    pub alpha: V,
    /// Column challenge.
    pub beta: V,
    /// Batching challenge of the zero-check.
    pub lambda: V,
    /// Base of the weights of zero-check and padding.
    pub theta: V,
}

/// Replays the protocol up to and including its last squeeze.
///
/// # Errors
///
/// If the source fails or an equation does not hold.
pub fn replay<M: Machine, S: Sponge<M>, I: Messages<M>>(
    schedule: &Schedule,
    machine: &mut M,
    sponge: &mut S,
    messages: &mut I,
) -> Result<Outcome<M::Value>, M::Error> {
    let mut run = Run {
        schedule,
        machine,
        sponge,
        messages,
    };
    let h1 = run.messages.statement()?;
    run.sponge.absorb(run.machine, &h1);
    let salt = run.messages.salt()?;
    run.sponge.absorb(run.machine, &salt);
    let alpha = run.sponge.squeeze(run.machine);
    let beta = run.sponge.squeeze(run.machine);
    let h2 = run.messages.helpers(&alpha, &beta)?;
    run.sponge.absorb(run.machine, &h2);
    let lambda = run.sponge.squeeze(run.machine);
    let theta = run.sponge.squeeze(run.machine);
    let mut known = Known {
        stages: Vec::new(),
        claims: Vec::new(),
        alpha,
        beta,
        lambda,
        theta,
    };
    run.zero_check(&mut known)?;
    for (index, step) in schedule.steps.iter().enumerate() {
        run.step(index, step, &mut known)?;
    }
    let e = run.messages.public_sum()?;
    run.sponge.absorb(run.machine, &e);
    let RowClaims { u, values } = run.reduction(&known, &h1, &e)?;
    let rho = run.sponge.squeeze(run.machine);
    let h3 = run.messages.quotient(&rho)?;
    run.sponge.absorb(run.machine, &h3);
    let zeta = run.sponge.squeeze(run.machine);
    let openings = run.messages.openings(&zeta)?;
    for value in &openings {
        run.sponge.absorb(run.machine, value);
    }
    opening::check(run.machine, &u, &values, &rho, &zeta, &openings)?;
    let seal = run.sponge.squeeze(run.machine);
    Ok(Outcome {
        h1,
        h2,
        h3,
        e,
        rho,
        zeta,
        openings,
        seal,
    })
}

/// Values that the rows are claimed to have.
struct RowClaims<V> {
    u: Vec<V>,
    values: Vec<V>,
}

/// Messages of the rounds of one sumcheck, each with its challenge, highest variable first.
type Rounds<V> = Vec<(Vec<V>, V)>;

struct Run<'a, M, S, I> {
    schedule: &'a Schedule,
    machine: &'a mut M,
    sponge: &'a mut S,
    messages: &'a mut I,
}

impl<M: Machine, S: Sponge<M>, I: Messages<M>> Run<'_, M, S, I> {
    fn rounds(&mut self, variables: usize, degree: usize) -> Result<Rounds<M::Value>, M::Error> {
        let mut rounds = Vec::with_capacity(variables);
        for _ in 0..variables {
            let message = self.messages.round(degree)?;
            self.absorb(&message);
            let challenge = self.sponge.squeeze(self.machine);
            self.messages.challenge(&challenge)?;
            rounds.push((message, challenge));
        }
        Ok(rounds)
    }

    fn absorb(&mut self, values: &[M::Value]) {
        for value in values {
            self.sponge.absorb(self.machine, value);
        }
    }

    /// What a claimed sum becomes after all rounds.
    fn last_claim(&mut self, sum: M::Value, rounds: &Rounds<M::Value>) -> M::Value {
        rounds.iter().fold(sum, |claim, (message, challenge)| {
            round::next_claim(self.machine, &claim, message, challenge)
        })
    }

    /// The rounds of a stage and then its claims, which enter `known`.
    ///
    /// The claimed sum of a step is fixed before: offsets contain no claims.
    fn stage(
        &mut self,
        stage: usize,
        (variables, degree): (usize, usize),
        known: &mut Known<M::Value>,
    ) -> Result<Rounds<M::Value>, M::Error> {
        let rounds = self.rounds(variables, degree)?;
        known.stages.push(point(&rounds));
        let claims = self.messages.claims(stage)?;
        self.absorb(&claims);
        known.claims.extend(claims);
        Ok(rounds)
    }

    fn zero_check(&mut self, known: &mut Known<M::Value>) -> Result<(), M::Error> {
        self.messages
            .begin_zero_check(&known.lambda, &known.theta)?;
        let size = (
            self.schedule.zero_check_variables,
            self.schedule.zero_check_degree,
        );
        let rounds = self.stage(0, size, known)?;
        let sum = self.machine.zero();
        let claim = self.last_claim(sum, &rounds);
        let value = Evaluator::new(self.schedule, self.machine, known).zero_check()?;
        self.machine.assert_equal(&claim, &value, Check::ZeroCheck)
    }

    fn step(
        &mut self,
        index: usize,
        step: &Step,
        known: &mut Known<M::Value>,
    ) -> Result<(), M::Error> {
        let eta = self.sponge.squeeze(self.machine);
        self.messages.begin_step(index, &eta)?;
        let rounds = self.stage(index + 1, (step.variables, step.degree), known)?;
        let (sum, value) =
            Evaluator::new(self.schedule, self.machine, known).step(index, step, &eta)?;
        let claim = self.last_claim(sum, &rounds);
        self.machine
            .assert_equal(&claim, &value, Check::Step(index))
    }

    fn reduction(
        &mut self,
        known: &Known<M::Value>,
        h1: &M::Value,
        e: &M::Value,
    ) -> Result<RowClaims<M::Value>, M::Error> {
        let sigma = self.sponge.squeeze(self.machine);
        self.messages.begin_reduction(&sigma)?;
        let rounds = self.rounds(self.schedule.row_bits, 2)?;
        let values = self.messages.row_values()?;
        self.absorb(&values);
        let u = point(&rounds);
        let mut claims = linear::LinearClaims::new(self.schedule, self.machine, known, &u, &values);
        let (sum, value) = claims.batch(&sigma, h1, e);
        let claim = self.last_claim(sum, &rounds);
        self.machine
            .assert_equal(&claim, &value, Check::Reduction)?;
        Ok(RowClaims { u, values })
    }
}

/// Challenges in the order of their variables: rounds run from the highest one down.
fn point<V: Clone>(rounds: &Rounds<V>) -> Vec<V> {
    rounds
        .iter()
        .rev()
        .map(|(_, challenge)| challenge.clone())
        .collect()
}
