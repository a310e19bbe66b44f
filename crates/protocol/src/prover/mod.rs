//! The prover, of transparent proofs and of transcripts that are sealed afterwards.
//!
//! It is a source of messages for [`crate::replay`], so every equation that the verifier will
//! check has been checked here before.
//!
//! | module | concern |
//! | --- | --- |
//! | `fixed_rows` | rows of tables and weights |
//! | `witness` | tensors: presence, sizes, ranges, rows |
//! | `tables` | forms of the schedule as tables over the hypercube |
//! | `lookup` | multiplicities, denominators, helper columns |
//! | `sums` | summands of zero-check and steps |
//! | `reduction` | claim reduction over all rows |
//! | `weights` | weights of linear claims |
//! | `messages` | the source of messages |
//! | `masks`, `randomness` | what hides a sealed proof |
//! | `port` | commitments to inputs and outputs, made before a proof |

mod error;
mod fixed_rows;
mod lookup;
mod masks;
mod messages;
mod port;
mod randomness;
mod reduction;
mod sums;
mod tables;
mod weights;
mod witness;

use std::collections::{BTreeMap, HashMap};

use ark_bn254::{Fr, G1Affine};
use ark_ff::One;
use modulus_kzg::{CommitmentScheme, Quotients, Srs};
use modulus_transcript::{DigestBuilder, Poseidon2Sponge, Transcript};
use zeroize::Zeroizing;

use crate::native::{NativeMachine, NativeSponge, Recorder};
use crate::pattern::initial_capacity;
use crate::proof::{Layout, Proof};
use crate::rejection::Check;
use crate::replay::{Outcome, replay};
use crate::schedule::{RowKind, Schedule, TensorKind};
use crate::statement::{combination_challenge, pinning_challenge, quotient_point};
use crate::verifying_key::VerifyingKey;
pub use error::{Interrupted, ProveError, WitnessError};
pub(crate) use fixed_rows::FixedRows;
pub(crate) use masks::Masks;
pub use masks::{BLINDING_SLOTS, Blinds};
use messages::{Made, ProverMessages};
pub use port::{commit_port, draw_port_blinds};
pub use randomness::Randomness;
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
    pub(crate) masks: &'a Masks,
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
/// [`ProveError`] if the tensors do not satisfy the schedule, the setup does not fit the key, the
/// key has committed inputs or outputs, or does not commit to these weights without blinding, or the proof was
/// interrupted.
pub fn prove(
    key: &VerifyingKey,
    srs: &Srs,
    tensors: &Tensors,
    context: [u8; 32],
    progress: &dyn Progress,
) -> Result<Vec<u8>, ProveError> {
    require_public(key, srs, tensors)?;
    let masks = Masks::transparent(key.schedule());
    let job = Job {
        key,
        srs,
        tensors,
        context,
        masks: &masks,
        progress,
    };
    let transcript = Poseidon2Sponge::new(initial_capacity(key.schedule()));
    let mut machine = NativeMachine::new();
    prove_transparent(job, Deviation::default(), &mut machine, transcript)
}

/// Attack: a transparent proof of a few small entries gives them away, even one that no verifier
/// would accept. So the first weight row must be what the key commits to without blinding.
fn require_public(key: &VerifyingKey, srs: &Srs, tensors: &Tensors) -> Result<(), ProveError> {
    let schedule = key.schedule();
    require_setup(schedule, srs)?;
    if srs.tau_g2() != key.tau_g2() {
        return Err(ProveError::OtherSetup);
    }
    let weights = schedule.rows(RowKind::Weight);
    let is_public = match key.points().get(weights.start) {
        Some(point) if !weights.is_empty() => {
            let is_weight = |kind| kind == TensorKind::Weight;
            let row = Witness::fixed(schedule, tensors, is_weight)?.row(weights.start);
            commit_integers(srs, &row, Fr::one())? == *point
        }
        _ => true,
    };
    if !is_public || !schedule.rows(RowKind::Port).is_empty() {
        return Err(ProveError::TransparentRefused);
    }
    Ok(())
}

pub(crate) fn prove_transparent<T: Transcript<F = Fr>>(
    job: Job<'_>,
    deviation: Deviation<'_>,
    machine: &mut NativeMachine<ProveError>,
    mut transcript: T,
) -> Result<Vec<u8>, ProveError> {
    let (made, opening) = attempt(job, deviation, machine, &mut transcript)?;
    let proof = Proof {
        public: made.public,
        trace: made.trace,
        helpers: made.helpers,
        s: made.s_point,
        w: opening.w,
        w_prime: opening.w_prime,
        scalars: made.scalars,
    };
    Ok(proof.encode(job.key.digest()))
}

/// A blinded transcript that verifies, ready to be sealed. Nothing else of it may be published.
pub struct Sealable {
    /// Packed public values.
    pub public: Vec<u8>,
    /// Commitments to the rows of committed inputs and outputs.
    pub committed: Vec<G1Affine>,
    /// Commitments to the trace rows.
    pub trace: Vec<G1Affine>,
    /// Commitments to the helper rows.
    pub helpers: Vec<G1Affine>,
    /// Commitment to S.
    pub s: G1Affine,
    /// Commitment to W.
    pub w: G1Affine,
    /// Commitment to W'.
    pub w_prime: G1Affine,
    /// Values that the verifier shares with the transcript.
    pub outcome: Outcome<Fr>,
    /// The challenge that pins them.
    pub r: Fr,
    /// Everything absorbed, in order. Secret.
    pub messages: Zeroizing<Vec<Fr>>,
    /// What is left of the attempt's randomness.
    pub randomness: Randomness,
}

/// Like [`prove`], but hides all rows and keeps the transcript to be sealed.
///
/// Every attempt draws its randomness anew.
///
/// # Errors
///
/// As [`prove`]; also if the blinding coefficients do not fit the key's rows, or the schedule has
/// no room for blinding.
pub fn prove_sealable(
    key: &VerifyingKey,
    srs: &Srs,
    tensors: &Tensors,
    blinds: &Blinds,
    context: [u8; 32],
    progress: &dyn Progress,
) -> Result<Sealable, ProveError> {
    let schedule = key.schedule();
    let statement = blinds
        .weights
        .iter()
        .chain(&blinds.ports)
        .fold(
            DigestBuilder::new("modulus.statement.1"),
            |builder, blind| builder.field(*blind),
        )
        .field(key.digest())
        .finish();
    let mut randomness = Randomness::new(schedule, tensors, context, statement)?;
    let masks = Masks::sealed(schedule, blinds, &mut randomness)?;
    let job = Job {
        key,
        srs,
        tensors,
        context,
        masks: &masks,
        progress,
    };
    let sponge = Poseidon2Sponge::new(initial_capacity(schedule));
    let mut recorder = Recorder::new(sponge, Layout::new(schedule).scalars + DIGESTS);
    let mut machine = NativeMachine::new();
    let (made, opening) = attempt(job, Deviation::default(), &mut machine, &mut recorder)?;
    Ok(Sealable {
        public: made.public,
        committed: made.committed,
        trace: made.trace,
        helpers: made.helpers,
        s: made.s_point,
        w: opening.w,
        w_prime: opening.w_prime,
        outcome: opening.outcome,
        r: opening.r,
        messages: recorder.into_absorbed(),
        randomness,
    })
}

/// What is absorbed besides the messages of a transparent proof: h1, salt, h2, e, h3.
const DIGESTS: usize = 5;

/// The end of an attempt.
struct Opening {
    outcome: Outcome<Fr>,
    r: Fr,
    w: G1Affine,
    w_prime: G1Affine,
}

fn attempt<T: Transcript<F = Fr>>(
    job: Job<'_>,
    deviation: Deviation<'_>,
    machine: &mut NativeMachine<ProveError>,
    transcript: &mut T,
) -> Result<(Made, Opening), ProveError> {
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
    let r = pinning_challenge(&outcome);
    let bb = combination_challenge(r);
    let made = messages.finish(&outcome);
    let quotients = Quotients::new(&made.row, &made.s, outcome.zeta, &made.openings, bb)?;
    let w = srs.commit(quotients.w())?;
    progress.stage("opening", 0.7)?;
    let last = Zeroizing::new(quotients.w_prime(quotient_point(bb, w)));
    let w_prime = srs.commit(&last)?;
    progress.stage("opening", 1.0)?;
    let opening = Opening {
        outcome,
        r,
        w,
        w_prime,
    };
    Ok((made, opening))
}

/// Draws blinding coefficients for the weight rows of a new key, from the operating system and, so
/// that equal streams need equal weights, from the weights.
///
/// # Errors
///
/// [`ProveError::Entropy`] if the operating system gives no randomness.
pub fn draw_blinds(schedule: &Schedule, tensors: &Tensors) -> Result<Blinds, ProveError> {
    let mut randomness = Randomness::of_weights(schedule, tensors)?;
    let rows = schedule.rows(RowKind::Weight);
    let weights = rows.map(|_| randomness.scalar()).collect();
    let ports = Vec::new();
    Ok(Blinds { weights, ports })
}

/// Commits to the table and weight rows of a schedule, for its verifying key.
///
/// # Errors
///
/// [`ProveError`] if a tensor is missing or has the wrong size, the setup is too small, the
/// blinding coefficients do not fit, or the commitment was interrupted.
pub fn commit_fixed(
    schedule: &Schedule,
    srs: &Srs,
    tensors: &Tensors,
    blinds: &Blinds,
    progress: &dyn Progress,
) -> Result<Vec<G1Affine>, ProveError> {
    require_setup(schedule, srs)?;
    let tables = schedule.rows(RowKind::Table).len();
    let mut coefficients = vec![Fr::one(); tables];
    coefficients.extend(blinds.of_weights(schedule)?);
    let fixed = schedule.rows(RowKind::Table).start..schedule.rows(RowKind::Weight).end;
    let count = fixed.len();
    let witness = Witness::fixed(schedule, tensors, |kind| {
        matches!(kind, TensorKind::Table | TensorKind::Weight)
    })?;
    fixed
        .map(|row| {
            #[expect(clippy::cast_precision_loss, reason = "a fraction for display")]
            progress.stage("commit", row as f64 / count as f64)?;
            commit_integers(srs, &witness.row(row), coefficients[row])
        })
        .collect()
}

/// Commits to a row of integers and its blinding coefficient.
fn commit_integers(srs: &Srs, row: &[i64], blind: Fr) -> Result<G1Affine, ProveError> {
    Ok(srs.commit_small(row, &[(row.len(), blind)])?)
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
