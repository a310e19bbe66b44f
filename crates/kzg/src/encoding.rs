//! Canonical encodings: one byte string per element, big-endian, in the order of the EVM.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, PrimeField, Zero};
use modulus_transcript::encode_base_field;
pub use modulus_transcript::{encode_field, encode_point};

use crate::error::DecodeError;

/// Decodes a scalar from 32 bytes.
///
/// # Errors
///
/// [`DecodeError::ScalarNotCanonical`] if the value is not below the group order: a second
/// encoding of one value would let one proof have many transcripts.
pub fn decode_field(bytes: &[u8; 32]) -> Result<Fr, DecodeError> {
    Fr::from_bigint(limbs(bytes)).ok_or(DecodeError::ScalarNotCanonical)
}

/// Decodes a point of the first group from 64 bytes, `x || y`.
///
/// The cofactor is one, so a point on the curve is in the group.
///
/// # Errors
///
/// [`DecodeError`] if a coordinate is not canonical, or the point is at infinity or off the
/// curve.
pub fn decode_point(bytes: &[u8; 64]) -> Result<G1Affine, DecodeError> {
    let (halves, _) = bytes.as_chunks::<32>();
    let [x, y] = [coordinate(&halves[0])?, coordinate(&halves[1])?];
    checked_point(x, y)
}

/// Builds a point of the first group from coordinates that may be anything.
pub(crate) fn checked_point(x: Fq, y: Fq) -> Result<G1Affine, DecodeError> {
    if x.is_zero() && y.is_zero() {
        return Err(DecodeError::Infinity);
    }
    let point = G1Affine::new_unchecked(x, y);
    if !point.is_on_curve() {
        return Err(DecodeError::NotOnCurve);
    }
    Ok(point)
}

/// Encodes a point of the second group as 128 bytes: `x.c1 || x.c0 || y.c1 || y.c0`.
///
/// The point at infinity becomes zero bytes, as in the EVM. [`decode_g2`] refuses it.
#[must_use]
pub fn encode_g2(point: &G2Affine) -> [u8; 128] {
    let mut bytes = [0; 128];
    if let Some((x, y)) = point.xy() {
        let words = bytes.as_chunks_mut::<32>().0.iter_mut();
        for (word, element) in words.zip([x.c1, x.c0, y.c1, y.c0]) {
            *word = encode_base_field(&element);
        }
    }
    bytes
}

/// Decodes a point of the second group from 128 bytes.
///
/// # Errors
///
/// [`DecodeError`] if a coordinate is not canonical, or the point is at infinity, off the curve
/// or outside the subgroup of prime order.
pub fn decode_g2(bytes: &[u8; 128]) -> Result<G2Affine, DecodeError> {
    let (words, _) = bytes.as_chunks::<32>();
    let x = Fq2::new(coordinate(&words[1])?, coordinate(&words[0])?);
    let y = Fq2::new(coordinate(&words[3])?, coordinate(&words[2])?);
    checked_g2(x, y)
}

/// Builds a point of the second group from coordinates that may be anything.
pub(crate) fn checked_g2(x: Fq2, y: Fq2) -> Result<G2Affine, DecodeError> {
    if x.is_zero() && y.is_zero() {
        return Err(DecodeError::Infinity);
    }
    let point = G2Affine::new_unchecked(x, y);
    if !point.is_on_curve() {
        return Err(DecodeError::NotOnCurve);
    }
    // Attack: the twist has points of other orders, and pairings with them are not bilinear.
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err(DecodeError::NotInSubgroup);
    }
    Ok(point)
}

fn coordinate(bytes: &[u8; 32]) -> Result<Fq, DecodeError> {
    Fq::from_bigint(limbs(bytes)).ok_or(DecodeError::CoordinateNotCanonical)
}

fn limbs(bytes: &[u8; 32]) -> BigInt<4> {
    let mut integer = BigInt::<4>::zero();
    for (limb, chunk) in integer.0.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
        *limb = u64::from_be_bytes(*chunk);
    }
    integer
}
