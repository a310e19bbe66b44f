//! The verifier of sealed proofs.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{Field, One, Zero};
use modulus_protocol::statement::Mode;
use modulus_protocol::{Reason, Rejection, VerifyingKey};

use super::challenges::Challenges;
use super::file::SealedProof;
use crate::groth16::KeyPoints;

/// Place of the mode in a proof's file.
const MODE: usize = 18;

/// Verifies a proof of either form and returns the packed public values that it proves.
///
/// Accepting says that `key`'s program ran on some inputs with these public values, for this
/// context. It says nothing about whose model `key` is.
///
/// # Errors
///
/// A [`Rejection`] with the first check that fails.
pub fn verify(key: &VerifyingKey, proof: &[u8], context: [u8; 32]) -> Result<Vec<u8>, Rejection> {
    if proof.get(MODE) == Some(&Mode::Sealed.byte()) {
        verify_sealed(key, proof, context)
    } else {
        modulus_protocol::verify(key, proof, context)
    }
}

/// Verifies a sealed proof and returns the packed public values that it proves.
///
/// # Errors
///
/// A [`Rejection`] with the first check that fails, in the order of `docs/spec/seal.md`.
pub fn verify_sealed(
    key: &VerifyingKey,
    proof: &[u8],
    context: [u8; 32],
) -> Result<Vec<u8>, Rejection> {
    let part = key.seal().ok_or_else(|| {
        Rejection::new(
            Reason::MalformedProof,
            "mode",
            "the verifying key has no seal",
        )
    })?;
    let points = KeyPoints::decode(&part.groth16)
        .map_err(|error| Rejection::new(Reason::MalformedKey, "seal", error.to_string()))?;
    let (proof, public) = SealedProof::decode(proof, key.schedule(), key.digest())?;
    let challenges = Challenges::new(key, context, &proof, &public);
    check_pairing(key, &points, &proof, &challenges)?;
    Ok(proof.public)
}

fn check_pairing(
    key: &VerifyingKey,
    points: &KeyPoints,
    proof: &SealedProof,
    challenges: &Challenges,
) -> Result<(), Rejection> {
    let SealedProof { zeta, t0, .. } = *proof;
    let Challenges { zz, kappa, .. } = *challenges;
    let reciprocal = t0 * (zeta.square() - Fr::one());
    let vanishing = (zz - zeta) * (zz - reciprocal);
    if !(reciprocal * zeta).is_one() || vanishing.is_zero() || kappa.is_zero() {
        let detail = "a challenge hit a value at which the opening says nothing";
        return Err(Rejection::new(
            Reason::DegenerateChallenge,
            "opening",
            detail,
        ));
    }
    let inputs = [proof.pin, challenges.r, challenges.combination];
    let opening = opening_sum(key, proof, challenges, vanishing) * kappa;
    let left = [
        proof.seal.a.into_group(),
        -points.alpha.into_group(),
        opening - points.combine(&inputs),
        -proof.seal.c.into_group(),
        -(proof.w_prime * kappa),
    ];
    let right = [
        proof.seal.b,
        points.beta,
        G2Affine::generator(),
        points.delta,
        key.tau_g2(),
    ];
    let left = G1Projective::normalize_batch(&left);
    let product: PairingOutput<Bn254> = Bn254::multi_pairing(left, right);
    if product.is_zero() {
        return Ok(());
    }
    let detail = "the proof does not prove the statement";
    Err(Rejection::new(Reason::PairingFailed, "pairing", detail))
}

/// The commitment that opens to zero at zz if the opened values are right.
fn opening_sum(
    key: &VerifyingKey,
    proof: &SealedProof,
    challenges: &Challenges,
    vanishing: Fr,
) -> G1Projective {
    let Challenges { bb, zz, .. } = *challenges;
    let [a1, a2, s1, s2] = proof.openings;
    let (first, second) = (a1 + bb * s1, a2 + bb * s2);
    // 1 / (zeta - 1/zeta) = t0 zeta^2
    let slope = (first - second) * proof.t0 * proof.zeta.square();
    let line = first + slope * (zz - proof.zeta);
    let rows = [key.points(), &proof.committed, &proof.trace, &proof.helpers];
    let mut bases: Vec<G1Affine> = rows.concat();
    let mut scalars: Vec<Fr> =
        std::iter::successors(Some(Fr::one()), |power| Some(*power * proof.rho))
            .take(bases.len())
            .collect();
    bases.extend([proof.s, G1Affine::generator(), proof.w, proof.w_prime]);
    scalars.extend([bb, -line, -vanishing, zz]);
    G1Projective::msm_unchecked(&bases, &scalars)
}
