//! The pairing equation by itself.
//!
//! A sealed proof is verified together with its opening, in one pairing product; this check
//! serves setups, tests and tools.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ff::Zero;

use super::error::VerifyError;
use super::key::KeyPoints;
use super::proof::Proof;
use crate::circuit::PUBLIC_INPUTS;

impl KeyPoints {
    /// `IC_0 + sum input_i * IC_i`.
    pub fn combine(&self, inputs: &[Fr; PUBLIC_INPUTS]) -> G1Projective {
        let [constant, points @ ..] = &self.inputs;
        let mut sum = constant.into_group();
        for (point, input) in points.iter().zip(inputs) {
            sum += *point * input;
        }
        sum
    }
}

/// Checks a proof whose points are known to be in their groups.
///
/// # Errors
///
/// [`VerifyError`] if the proof does not prove the public inputs.
pub fn verify(
    key: &KeyPoints,
    inputs: &[Fr; PUBLIC_INPUTS],
    proof: &Proof,
) -> Result<(), VerifyError> {
    let left = [
        proof.a.into_group(),
        -key.alpha.into_group(),
        -key.combine(inputs),
        -proof.c.into_group(),
    ];
    let right: [G2Affine; 4] = [proof.b, key.beta, G2Affine::generator(), key.delta];
    let product: PairingOutput<Bn254> = Bn254::multi_pairing(left.map(G1Affine::from), right);
    if product.is_zero() {
        Ok(())
    } else {
        Err(VerifyError::Pairing)
    }
}
