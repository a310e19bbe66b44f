//! Keccak digests of the protocol, and public values.

use ark_bn254::{Fr, G1Affine};
use ark_ff::Zero;
use modulus_transcript::DigestBuilder;

use crate::rejection::{Reason, Rejection};
use crate::replay::Outcome;
use crate::schedule::{Schedule, Tensor};

/// Form of a proof; transcripts of different forms have nothing in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The transcript in clear.
    Transparent,
    /// A Groth16 proof that a transcript verifies.
    Sealed,
}

impl Mode {
    /// Its byte in a proof's file.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Transparent => 0,
            Self::Sealed => 1,
        }
    }

    fn tag(self) -> &'static str {
        match self {
            Self::Transparent => "modulus.h1.transparent",
            Self::Sealed => "modulus.h1.sealed",
        }
    }
}

/// h1: statement, commitments to inputs and trace.
#[must_use]
pub fn statement_digest(
    mode: Mode,
    key: Fr,
    context: [u8; 32],
    public: &[u8],
    committed: &[G1Affine],
    trace: &[G1Affine],
) -> Fr {
    let mut builder = DigestBuilder::new(mode.tag()).field(key).word(context);
    for chunk in public.chunks(32) {
        let mut word = [0; 32];
        for (byte, value) in word.iter_mut().zip(chunk) {
            *byte = *value;
        }
        builder = builder.word(word);
    }
    committed
        .iter()
        .chain(trace)
        .fold(builder, |builder, point| builder.point(*point))
        .finish_truncated()
}

/// h2: helper commitments.
#[must_use]
pub fn helper_digest(h1: Fr, helpers: &[G1Affine]) -> Fr {
    let builder = DigestBuilder::new("modulus.h2").field(h1);
    helpers
        .iter()
        .fold(builder, |builder, point| builder.point(*point))
        .finish_truncated()
}

/// h3: commitment to S.
#[must_use]
pub fn quotient_digest(h2: Fr, s: G1Affine) -> Fr {
    DigestBuilder::new("modulus.h3")
        .field(h2)
        .point(s)
        .finish_truncated()
}

/// What the circuit's copies and the verifier's values must agree on, in the order of r.
#[must_use]
pub fn pinned(outcome: &Outcome<Fr>) -> [Fr; 10] {
    let [a1, a2, s1, s2] = outcome.openings;
    [
        outcome.h1,
        outcome.h2,
        outcome.h3,
        outcome.rho,
        outcome.zeta,
        a1,
        a2,
        s1,
        s2,
        outcome.e,
    ]
}

/// r: bound to the whole transcript by its last squeeze.
#[must_use]
pub fn pinning_challenge(outcome: &Outcome<Fr>) -> Fr {
    let builder = DigestBuilder::new("modulus.r").field(outcome.seal);
    pinned(outcome)
        .into_iter()
        .fold(builder, DigestBuilder::field)
        .finish_truncated()
}

/// bb: challenge that combines the row and S.
#[must_use]
pub fn combination_challenge(r: Fr) -> Fr {
    DigestBuilder::new("modulus.b").field(r).finish_truncated()
}

/// zz: point of the last quotient.
#[must_use]
pub fn quotient_point(bb: Fr, w: G1Affine) -> Fr {
    DigestBuilder::new("modulus.z")
        .field(bb)
        .point(w)
        .finish_truncated()
}

/// A public value outside the range of its tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange {
    /// Index of the tensor.
    pub tensor: usize,
    /// Position in unpadded C order.
    pub position: usize,
}

impl From<OutOfRange> for Rejection {
    fn from(place: OutOfRange) -> Self {
        Self::new(
            Reason::PublicValueOutOfRange,
            format!("public tensor {}", place.tensor),
            format!("value {} is outside the declared range", place.position),
        )
    }
}

/// Reads packed public values and checks their ranges; `packed` has the schedule's length.
///
/// # Errors
///
/// [`OutOfRange`] with the place of the first value outside its range.
pub fn unpack(schedule: &Schedule, packed: &[u8]) -> Result<Vec<i64>, OutOfRange> {
    let mut values = Vec::new();
    let mut rest = packed;
    for (public, tensor) in schedule.public_tensors() {
        for position in 0..tensor.size() {
            let (bytes, tail) = rest.split_at_checked(public.width).unwrap_or((rest, &[]));
            rest = tail;
            let value = sign_extended(bytes);
            if !contains(tensor, value) {
                return Err(OutOfRange {
                    tensor: public.tensor,
                    position,
                });
            }
            values.push(value);
        }
    }
    Ok(values)
}

fn contains(tensor: &Tensor, value: i64) -> bool {
    (tensor.low..=tensor.high).contains(&value)
}

fn sign_extended(bytes: &[u8]) -> i64 {
    let is_negative = bytes.first().is_some_and(|byte| byte >> 7 == 1);
    let initial = if is_negative { -1 } else { 0 };
    bytes
        .iter()
        .fold(initial, |value, byte| value << 8 | i64::from(*byte))
}

/// Packs values that lie in the range of their tensor.
pub(crate) fn pack<'a>(schedule: &Schedule, values: impl Iterator<Item = &'a [i64]>) -> Vec<u8> {
    let mut packed = Vec::with_capacity(schedule.public_length());
    for (public, values) in schedule.public.iter().zip(values) {
        for value in values {
            let bytes = value.to_be_bytes();
            packed.extend(bytes.iter().skip(bytes.len() - public.width));
        }
    }
    packed
}

/// e: `sum y_k z^k`, by Horner.
#[must_use]
pub fn power_sum(values: &[i64], z: Fr) -> Fr {
    values
        .iter()
        .rev()
        .fold(Fr::zero(), |sum, value| sum * z + Fr::from(*value))
}
