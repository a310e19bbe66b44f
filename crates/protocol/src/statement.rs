//! Keccak digests of the protocol, and public values.

use ark_bn254::{Fr, G1Affine};
use ark_ff::Zero;
use modulus_transcript::DigestBuilder;

use crate::replay::Outcome;
use crate::schedule::{Schedule, Tensor};

/// h1: statement and trace commitments.
pub(crate) fn statement_digest(
    key: Fr,
    context: [u8; 32],
    public: &[u8],
    trace: &[G1Affine],
) -> Fr {
    let mut builder = DigestBuilder::new("modulus.h1.transparent")
        .field(key)
        .word(context);
    for chunk in public.chunks(32) {
        let mut word = [0; 32];
        for (byte, value) in word.iter_mut().zip(chunk) {
            *byte = *value;
        }
        builder = builder.word(word);
    }
    trace
        .iter()
        .fold(builder, |builder, point| builder.point(*point))
        .finish_truncated()
}

/// h2: helper commitments.
pub(crate) fn helper_digest(h1: Fr, helpers: &[G1Affine]) -> Fr {
    let builder = DigestBuilder::new("modulus.h2").field(h1);
    helpers
        .iter()
        .fold(builder, |builder, point| builder.point(*point))
        .finish_truncated()
}

/// h3: commitment to S.
pub(crate) fn quotient_digest(h2: Fr, s: G1Affine) -> Fr {
    DigestBuilder::new("modulus.h3")
        .field(h2)
        .point(s)
        .finish_truncated()
}

/// bb: challenge that combines the row and S, bound to the whole transcript.
pub(crate) fn combination_challenge(outcome: &Outcome<Fr>) -> Fr {
    let [a1, a2, s1, s2] = outcome.openings;
    let values = [
        outcome.h1,
        outcome.h2,
        outcome.h3,
        outcome.rho,
        outcome.zeta,
        a1,
        a2,
        s1,
        s2,
    ];
    let builder = DigestBuilder::new("modulus.r").field(outcome.seal);
    let r = values
        .into_iter()
        .fold(builder, DigestBuilder::field)
        .field(outcome.e)
        .finish_truncated();
    DigestBuilder::new("modulus.b").field(r).finish_truncated()
}

/// zz: point of the last quotient.
pub(crate) fn quotient_point(bb: Fr, w: G1Affine) -> Fr {
    DigestBuilder::new("modulus.z")
        .field(bb)
        .point(w)
        .finish_truncated()
}

/// A public value outside the range of its tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutOfRange {
    pub(crate) tensor: usize,
    pub(crate) position: usize,
}

/// Reads packed public values and checks their ranges; `packed` has the schedule's length.
pub(crate) fn unpack(schedule: &Schedule, packed: &[u8]) -> Result<Vec<i64>, OutOfRange> {
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
pub(crate) fn power_sum(values: &[i64], z: Fr) -> Fr {
    values
        .iter()
        .rev()
        .fold(Fr::zero(), |sum, value| sum * z + Fr::from(*value))
}
