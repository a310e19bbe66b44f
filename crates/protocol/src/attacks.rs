//! Provers that cheat, for tests. Never part of a release.

use std::collections::BTreeMap;

use ark_bn254::Fr;
use ark_ff::Field;
use modulus_kzg::Srs;
use modulus_transcript::{Poseidon2Sponge, Transcript};

use crate::native::NativeMachine;
use crate::pattern::initial_capacity;
use crate::prover::{
    Deviation, Job, Masks, ProveError, Rewrite, Silent, Tensors, prove_transparent,
};
use crate::rejection::{Check, Rejection};
use crate::verify::verify_on;
use crate::verifying_key::VerifyingKey;

/// How a prover cheats. It never stops at an equation that does not hold.
#[derive(Clone, Copy, Default)]
pub struct Attack<'a> {
    /// Multiplicities per table, in place of the true ones.
    pub multiplicities: Option<&'a BTreeMap<usize, Vec<i64>>>,
    /// Shapes in place of the declared ones, with the same padded blocks: fills padding.
    pub shapes: Option<&'a BTreeMap<usize, Vec<usize>>>,
    /// Rewrites messages before they are absorbed.
    pub rewrite: Option<Rewrite<'a>>,
    /// Challenges that depend on nothing, from this seed.
    pub frozen: Option<u64>,
}

/// A proof of whatever the tensors say.
pub struct Forgery {
    /// The encoded proof.
    pub proof: Vec<u8>,
    /// Equations that do not hold in it: left minus right.
    pub gaps: Vec<(Check, Fr)>,
}

/// Proves whatever the tensors say.
///
/// # Errors
///
/// If the tensors do not even have the right sizes, or public values do not fit their range.
pub fn prove_falsely(
    key: &VerifyingKey,
    srs: &Srs,
    tensors: &Tensors,
    context: [u8; 32],
    attack: Attack<'_>,
) -> Result<Forgery, ProveError> {
    let masks = Masks::transparent(key.schedule());
    let job = Job {
        masks: &masks,
        key,
        srs,
        tensors,
        context,
        progress: &Silent,
    };
    let deviation = Deviation {
        skip_checks: true,
        multiplicities: attack.multiplicities,
        shapes: attack.shapes,
        rewrite: attack.rewrite,
    };
    let mut machine = NativeMachine::lenient();
    let proof = if let Some(seed) = attack.frozen {
        prove_transparent(job, deviation, &mut machine, Frozen::new(seed))
    } else {
        let sponge = Poseidon2Sponge::new(initial_capacity(key.schedule()));
        prove_transparent(job, deviation, &mut machine, sponge)
    }?;
    Ok(Forgery {
        proof,
        gaps: machine.into_gaps(),
    })
}

/// The first `count` challenges of the frozen transcript with this seed.
#[must_use]
pub fn frozen_challenges(seed: u64, count: usize) -> Vec<Fr> {
    let mut transcript = Frozen::new(seed);
    (0..count).map(|_| transcript.squeeze()).collect()
}

/// Verifies with challenges that depend on nothing, as the prover with this seed drew them.
///
/// # Errors
///
/// A [`Rejection`] as from the verifier.
pub fn verify_frozen(
    key: &VerifyingKey,
    proof: &[u8],
    context: [u8; 32],
    seed: u64,
) -> Result<Vec<u8>, Rejection> {
    verify_on(key, proof, context, Frozen::new(seed))
}

/// A transcript that ignores what it absorbs.
struct Frozen(Fr);

impl Frozen {
    fn new(seed: u64) -> Self {
        Self(Fr::from(seed) + Fr::from(0x9e37_79b9_7f4a_7c15_u64))
    }
}

impl Transcript for Frozen {
    type F = Fr;

    fn absorb(&mut self, _: Fr) {}

    fn squeeze(&mut self) -> Fr {
        self.0 = self.0.pow([5]) + Fr::from(7_u64);
        self.0
    }
}
