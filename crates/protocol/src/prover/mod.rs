//! The prover of transparent proofs.
//!
//! It is a source of messages for [`crate::replay`], so every equation that the verifier will
//! check has been checked here before.
//!
//! | module | concern |
//! | --- | --- |
//! | `witness` | tensors: presence, sizes, ranges, rows |
//! | `tables` | forms of the schedule as tables over the hypercube |
//! | `lookup` | multiplicities, denominators, helper columns |
//! | `sums` | summands of zero-check and steps |
//! | `reduction` | claim reduction over all rows |
//! | `weights` | weights of linear claims |
//! | `messages` | the source of messages |

mod error;
mod lookup;
mod messages;
mod reduction;
mod sums;
mod tables;
mod weights;
mod witness;

use std::collections::{BTreeMap, HashMap};

use ark_bn254::{Fr, G1Affine};
use ark_ff::One;
use modulus_kzg::{CommitmentScheme, Quotients, Srs};
use modulus_transcript::{Poseidon2Sponge, Transcript};

use crate::native::{NativeMachine, NativeSponge};
use crate::pattern::initial_capacity;
use crate::proof::Proof;
use crate::rejection::Check;
use crate::replay::replay;
use crate::schedule::{RowKind, Schedule};
use crate::statement::{combination_challenge, quotient_point};
use crate::verifying_key::VerifyingKey;
pub use error::{Interrupted, ProveError, WitnessError};
use messages::ProverMessages;
pub(crate) use witness::Shapes;
use witness::Witness;

/// Told how far a proof is; may stop it.
pub trait Progress: Sync {
    /// Reports the part of the proof that is being worked on, and the fraction of it done.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] to stop the proof.
    fn stage(&self, name: &str, fraction: f64) -> Result<(), Interrupted>;
}

/// Entries of tensors by their index, in unpadded C order.
pub type Tensors = HashMap<u32, Vec<i64>>;

/// Progress that nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &str, _: f64) -> Result<(), Interrupted> {
        Ok(())
    }
}

/// Rewrites a message of the given kind before it is absorbed.
pub type Rewrite<'a> = &'a (dyn Fn(Message, &mut [Fr]) + Sync);

/// The kind of a message, for provers that rewrite it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// A round of a stage; the claim reduction counts as the stage after the last step.
    Round {
        /// Stage of the round.
        stage: usize,
        /// Variable that it binds.
        variable: usize,
    },
    /// Claims of a stage.
    Claims {
        /// The stage.
        stage: usize,
    },
    /// Row values.
    Rows,
    /// a1, a2, s1, s2.
    Openings,
}

/// How a prover deviates from the protocol; the default does not.
#[derive(Clone, Copy, Default)]
pub(crate) struct Deviation<'a> {
    pub(crate) skip_checks: bool,
    pub(crate) multiplicities: Option<&'a BTreeMap<usize, Vec<i64>>>,
    pub(crate) shapes: Option<&'a Shapes>,
    pub(crate) rewrite: Option<Rewrite<'a>>,
}

/// What is proven, and with what.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) key: &'a VerifyingKey,
    pub(crate) srs: &'a Srs,
    pub(crate) tensors: &'a Tensors,
    pub(crate) context: [u8; 32],
    pub(crate) progress: &'a dyn Progress,
}

/// Proves that the tensors satisfy the key's schedule.
///
/// `tensors` holds every tensor of the kinds table, weight, trace and virtual under its index, as
/// integers in unpadded C order. Multiplicities and helper columns are computed here.
///
/// The proof is transparent: it reveals evaluations of all tensors.
///
/// # Errors
///
/// [`ProveError`] if the tensors do not satisfy the schedule, the setup does not fit the key, or
/// the proof was interrupted.
pub fn prove(
    key: &VerifyingKey,
    srs: &Srs,
    tensors: &Tensors,
    context: [u8; 32],
    progress: &dyn Progress,
) -> Result<Vec<u8>, ProveError> {
    let job = Job {
        key,
        srs,
        tensors,
        context,
        progress,
    };
    let transcript = Poseidon2Sponge::new(initial_capacity(key.schedule()));
    prove_on(
        job,
        Deviation::default(),
        &mut NativeMachine::new(),
        transcript,
    )
}

pub(crate) fn prove_on<T: Transcript<F = Fr>>(
    job: Job<'_>,
    deviation: Deviation<'_>,
    machine: &mut NativeMachine<ProveError>,
    transcript: T,
) -> Result<Vec<u8>, ProveError> {
    let Job {
        key, srs, progress, ..
    } = job;
    let schedule = key.schedule();
    require_setup(schedule, srs)?;
    if srs.tau_g2() != key.tau_g2() {
        return Err(ProveError::OtherSetup);
    }
    let witness = Witness::new(schedule, job.tensors, deviation)?;
    let mut messages = ProverMessages::new(job, deviation, witness)?;
    let outcome = replay(
        schedule,
        machine,
        &mut NativeSponge(transcript),
        &mut messages,
    )
    .map_err(|error| match error {
        ProveError::Unsatisfied(Check::ZeroCheck) => {
            messages.violation().map_or(error, ProveError::Witness)
        }
        _ => error,
    })?;

    progress.stage("opening", 0.4)?;
    let bb = combination_challenge(&outcome);
    let made = messages.finish(&outcome);
    let quotients = Quotients::new(&made.row, &made.s, outcome.zeta, &made.openings, bb)?;
    let w = srs.commit(quotients.w())?;
    progress.stage("opening", 0.7)?;
    let w_prime = srs.commit(&quotients.w_prime(quotient_point(bb, w)))?;
    progress.stage("opening", 1.0)?;
    let proof = Proof {
        public: made.public,
        trace: made.trace,
        helpers: made.helpers,
        s: made.s_point,
        w,
        w_prime,
        scalars: made.scalars,
    };
    Ok(proof.encode(key.digest()))
}

/// Commits to the table and weight rows of a schedule, for its verifying key.
///
/// # Errors
///
/// [`ProveError`] if a tensor is missing or has the wrong size, the setup is too small, or the
/// commitment was interrupted.
pub fn commit_fixed(
    schedule: &Schedule,
    srs: &Srs,
    tensors: &Tensors,
    progress: &dyn Progress,
) -> Result<Vec<G1Affine>, ProveError> {
    require_setup(schedule, srs)?;
    let fixed = schedule.rows(RowKind::Table).start..schedule.rows(RowKind::Weight).end;
    let count = fixed.len();
    let witness = Witness::fixed(schedule, tensors)?;
    fixed
        .map(|row| {
            #[expect(clippy::cast_precision_loss, reason = "a fraction for display")]
            progress.stage("commit", row as f64 / count as f64)?;
            commit_integers(srs, &witness.row(row))
        })
        .collect()
}

/// Commits to a row of integers, with blinding coefficient 1.
fn commit_integers(srs: &Srs, row: &[i64]) -> Result<G1Affine, ProveError> {
    Ok(srs.commit_small(row, &[(row.len(), Fr::one())])?)
}

fn require_setup(schedule: &Schedule, srs: &Srs) -> Result<(), ProveError> {
    let required = schedule.row_size() + 1;
    if srs.g1().len() < required {
        return Err(ProveError::SetupTooSmall {
            required,
            available: srs.g1().len(),
        });
    }
    Ok(())
}
