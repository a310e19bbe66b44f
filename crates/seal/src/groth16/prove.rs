//! Proving.

use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::Zero;
use ark_poly::EvaluationDomain;
use modulus_kzg::msm;
use modulus_protocol::Progress;
use rand_chacha::rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use super::domain::{INPUT_ROWS, domain, quotient};
use super::error::ProveError;
use super::key::ProvingKey;
use super::proof::Proof;
use super::random::uniform;
use crate::circuit::{Assignment, PUBLIC_INPUTS};

type Secrets = Zeroizing<Vec<Fr>>;

/// Proves that an assignment satisfies the circuit of a key.
///
/// The proof is zero-knowledge by two scalars drawn from `rng`, which must be fresh in every
/// call. An assignment that does not satisfy the circuit gives a proof that nobody accepts.
///
/// # Errors
///
/// [`ProveError`] if the assignment belongs to another circuit, or the proof was interrupted.
pub fn prove(
    key: &ProvingKey,
    assignment: &Assignment,
    rng: &mut (impl CryptoRng + RngCore),
    progress: &dyn Progress,
) -> Result<Proof, ProveError> {
    let wires = &assignment.wires;
    let fits = wires.len() == key.support.wires
        && [&assignment.a, &assignment.b, &assignment.c]
            .iter()
            .all(|values| values.len() == key.constraints);
    if !fits {
        return Err(ProveError::Wires {
            expected: key.support.wires,
            found: wires.len(),
        });
    }
    let pick = |support: &[usize]| Secrets::new(support.iter().map(|wire| wires[*wire]).collect());
    let (in_a, in_b) = (pick(&key.support.a), pick(&key.support.b));
    let (r, s) = (uniform(rng), uniform(rng));
    let product = Zeroizing::new(*r * *s);

    let report = |fraction| progress.stage("seal", fraction);
    let a = key.points.alpha + msm(&key.a, &in_a)? + key.delta * *r;
    report(0.2)?;
    let b = key.points.beta + G2Projective::msm_unchecked(&key.b_g2, &in_b) + key.points.delta * *s;
    report(0.5)?;
    let b_first = key.beta + msm(&key.b, &in_b)? + key.delta * *s;
    report(0.6)?;
    let private = msm(&key.private, &wires[PUBLIC_INPUTS + 1..])?;
    report(0.7)?;
    let c =
        private + quotient_part(key, assignment)? + a * *s + b_first * *r - key.delta * *product;
    Ok(Proof {
        a: a.into_affine(),
        b: b.into_affine(),
        c: c.into_affine(),
    })
}

fn quotient_part(key: &ProvingKey, assignment: &Assignment) -> Result<G1Projective, ProveError> {
    // A key has a domain, or it could not have been made.
    let Some(domain) = domain(key.constraints) else {
        return Ok(G1Projective::zero());
    };
    let padded = |values: &[Fr], inputs: &[Fr]| {
        // Allocated at once: growing would leave copies of secrets behind.
        let mut padded = Secrets::new(Vec::with_capacity(domain.size()));
        padded.extend_from_slice(values);
        padded.extend_from_slice(inputs);
        padded.resize(domain.size(), Fr::zero());
        padded
    };
    let coefficients = quotient(
        &domain,
        [
            padded(&assignment.a, &assignment.wires[..INPUT_ROWS]),
            padded(&assignment.b, &[]),
            padded(&assignment.c, &[]),
        ],
    );
    Ok(msm(&key.quotient, &coefficients)?)
}
