//! The verifier of transparent proofs.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use ark_bn254::Fr;
use ark_ff::One;
use modulus_kzg::{OpeningClaim, OpeningError, Openings, verify_opening};
use modulus_transcript::{Poseidon2Sponge, Transcript};

use crate::native::{NativeMachine, NativeSponge};
use crate::pattern::initial_capacity;
use crate::proof::Proof;
use crate::rejection::{Check, Reason, Rejection};
use crate::replay::{Messages, Outcome, replay};
use crate::schedule::RowKind;
use crate::statement::{
    Mode, combination_challenge, helper_digest, pinning_challenge, power_sum, quotient_digest,
    quotient_point, statement_digest,
};
use crate::verifying_key::VerifyingKey;

/// Verifies a proof and returns the packed public values that it proves.
///
/// Accepting says that `key`'s program ran on some inputs with these public values, for this
/// context. It says nothing about whose model `key` is.
///
/// # Errors
///
/// A [`Rejection`] with the first check that fails.
pub fn verify(key: &VerifyingKey, proof: &[u8], context: [u8; 32]) -> Result<Vec<u8>, Rejection> {
    let capacity = initial_capacity(key.schedule());
    verify_on(key, proof, context, Poseidon2Sponge::new(capacity))
}

/// Verifies on a given transcript; anything but a fresh sponge is unsound.
pub(crate) fn verify_on<T: Transcript<F = Fr>>(
    key: &VerifyingKey,
    proof: &[u8],
    context: [u8; 32],
    mut transcript: T,
) -> Result<Vec<u8>, Rejection> {
    let schedule = key.schedule();
    // Their points would not be in h1.
    if !schedule.rows(RowKind::Port).is_empty() {
        let detail = "a model with committed inputs has no transparent proofs";
        return Err(Rejection::new(Reason::MalformedProof, "mode", detail));
    }
    let (proof, public) = Proof::decode(proof, schedule, key.digest())?;
    let h1 = statement_digest(
        Mode::Transparent,
        key.digest(),
        context,
        &proof.public,
        &[],
        &proof.trace,
    );
    let h2 = helper_digest(h1, &proof.helpers);
    let mut source = ProofMessages {
        h1,
        h2,
        h3: quotient_digest(h2, proof.s),
        e: power_sum(&public, h1),
        claims: (0..=schedule.steps.len())
            .map(|stage| schedule.stage_claims(stage).len())
            .collect(),
        rows: schedule.row_kinds.len(),
        scalars: &proof.scalars,
    };
    let mut machine = NativeMachine::<Rejection>::new();
    let outcome = replay(
        schedule,
        &mut machine,
        &mut NativeSponge(&mut transcript),
        &mut source,
    )?;
    check_opening(key, &proof, &outcome)?;
    Ok(proof.public)
}

fn check_opening(
    key: &VerifyingKey,
    proof: &Proof,
    outcome: &Outcome<Fr>,
) -> Result<(), Rejection> {
    let mut rows = key.points().to_vec();
    rows.extend(&proof.trace);
    rows.extend(&proof.helpers);
    let bb = combination_challenge(pinning_challenge(outcome));
    let zz = quotient_point(bb, proof.w);
    // W says something about both opened points only while zz is neither of them.
    if zz == outcome.zeta || (zz * outcome.zeta).is_one() {
        return Err(Check::Points.into());
    }
    let [a1, a2, s1, s2] = outcome.openings;
    let claim = OpeningClaim {
        rows: &rows,
        rho: outcome.rho,
        s: proof.s,
        zeta: outcome.zeta,
        openings: Openings { a1, a2, s1, s2 },
        bb,
        w: proof.w,
        zz,
        w_prime: proof.w_prime,
    };
    verify_opening(&claim, key.tau_g2()).map_err(|error| match error {
        OpeningError::DegenerateChallenge => Check::Points.into(),
        OpeningError::IdentityMismatch => Check::OpeningIdentity.into(),
        OpeningError::PairingMismatch => {
            Rejection::new(Reason::PairingFailed, "opening", error.to_string())
        }
    })
}

/// Reads messages from a proof.
struct ProofMessages<'a> {
    h1: Fr,
    h2: Fr,
    h3: Fr,
    e: Fr,
    claims: Vec<usize>,
    rows: usize,
    scalars: &'a [Fr],
}

impl ProofMessages<'_> {
    fn take(&mut self, count: usize) -> Result<Vec<Fr>, Rejection> {
        let (taken, rest) = self
            .scalars
            .split_at_checked(count)
            .ok_or_else(|| Rejection::new(Reason::MalformedProof, "scalars", "unexpected end"))?;
        self.scalars = rest;
        Ok(taken.to_vec())
    }
}

impl Messages<NativeMachine<Rejection>> for ProofMessages<'_> {
    fn statement(&mut self) -> Result<Fr, Rejection> {
        Ok(self.h1)
    }

    fn salt(&mut self) -> Result<Fr, Rejection> {
        Ok(Fr::from(0_u64))
    }

    fn helpers(&mut self, _: &Fr, _: &Fr) -> Result<Fr, Rejection> {
        Ok(self.h2)
    }

    fn round(&mut self, degree: usize) -> Result<Vec<Fr>, Rejection> {
        self.take(degree)
    }

    fn claims(&mut self, stage: usize) -> Result<Vec<Fr>, Rejection> {
        let count = self.claims.get(stage).copied().unwrap_or_default();
        self.take(count)
    }

    fn public_sum(&mut self) -> Result<Fr, Rejection> {
        Ok(self.e)
    }

    fn row_values(&mut self) -> Result<Vec<Fr>, Rejection> {
        self.take(self.rows)
    }

    fn quotient(&mut self, _: &Fr) -> Result<Fr, Rejection> {
        Ok(self.h3)
    }

    fn openings(&mut self, _: &Fr) -> Result<[Fr; 4], Rejection> {
        let values = self.take(4)?;
        values.try_into().map_err(|_| {
            Rejection::new(
                Reason::MalformedProof,
                "scalars",
                "four opened values expected",
            )
        })
    }
}
