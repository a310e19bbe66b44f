//! Canonical big-endian encodings, as the EVM precompiles read them.

use ark_bn254::{Fq, Fr, G1Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, PrimeField};

/// Encodes a scalar as 32 bytes, big-endian, below the modulus.
#[must_use]
pub fn encode_field(element: &Fr) -> [u8; 32] {
    limbs_to_bytes(element.into_bigint())
}

/// Encodes a coordinate as 32 bytes, big-endian, below the modulus.
#[must_use]
pub fn encode_base_field(element: &Fq) -> [u8; 32] {
    limbs_to_bytes(element.into_bigint())
}

/// Encodes a point as 64 bytes, `x || y`.
///
/// The point at infinity becomes 64 zero bytes, as in the EVM. Decoders refuse it.
#[must_use]
pub fn encode_point(point: &G1Affine) -> [u8; 64] {
    let mut bytes = [0; 64];
    if let Some((x, y)) = point.xy() {
        bytes[..32].copy_from_slice(&encode_base_field(&x));
        bytes[32..].copy_from_slice(&encode_base_field(&y));
    }
    bytes
}

fn limbs_to_bytes(integer: BigInt<4>) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(integer.0.iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}
