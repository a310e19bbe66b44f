//! Provers that cheat, for tests. Never part of a release.

use std::collections::{BTreeMap, HashMap};

use ark_bn254::Fr;
use ark_ff::Field;
use modulus_kzg::Srs;
use modulus_transcript::{Poseidon2Sponge, Transcript};

use crate::native::NativeMachine;
use crate::pattern::initial_capacity;
use crate::prover::{Deviation, Job, ProveError, Rewrite, Silent, prove_on};
use crate::rejection::Rejection;
use crate::verify::verify_on;
use crate::verifying_key::VerifyingKey;

/// How a prover cheats. It never stops at an equation that does not hold.
#[derive(Clone, Copy, Default)]
pub struct Attack<'a> {
    /// Multiplicities per table, in place of the true ones.
    pub multiplicities: Option<&'a BTreeMap<usize, Vec<i64>>>,
    /// Rewrites messages before they are absorbed.
    pub rewrite: Option<Rewrite<'a>>,
    /// Challenges that depend on nothing, from this seed.
    pub frozen: Option<u64>,
}

/// Proves whatever the tensors say.
///
/// # Errors
///
/// If the tensors do not even have the right sizes, or public values do not fit their range.
pub fn prove_falsely(
    key: &VerifyingKey,
    srs: &Srs,
    tensors: &HashMap<u32, Vec<i64>>,
    context: [u8; 32],
    attack: Attack<'_>,
) -> Result<Vec<u8>, ProveError> {
    let job = Job { key, srs, tensors, context, progress: &Silent };
    let deviation = Deviation {
        skip_checks: true,
        multiplicities: attack.multiplicities,
        rewrite: attack.rewrite,
    };
    let machine = NativeMachine::lenient();
    match attack.frozen {
        Some(seed) => prove_on(job, deviation, machine, Frozen::new(seed)),
        None => {
            let sponge = Poseidon2Sponge::new(initial_capacity(key.schedule()));
            prove_on(job, deviation, machine, sponge)
        }
    }
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
