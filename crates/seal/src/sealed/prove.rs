//! Proving and sealing.

use std::sync::Arc;

use ark_bn254::Fr;
use ark_ff::{Field, One};
use modulus_kzg::Srs;
use modulus_protocol::{
    Blinds, Progress, ProveError, SealPart, Tensors, VerifyingKey, prove_sealable,
};
use zeroize::Zeroize;

use super::error::SealedError;
use super::file::SealedProof;
use super::verify::verify_sealed;
use crate::circuit::{Circuit, Transcript};
use crate::groth16::{self, KeyFileError, ProvingKey, SetupError, setup_development};

/// A circuit and its proving key: all that sealing needs, for every model of an architecture.
#[derive(Debug, Clone)]
pub struct Sealer {
    circuit: Arc<Circuit>,
    key: ProvingKey,
}

impl Sealer {
    /// A circuit with a key of its own, from a ceremony.
    #[must_use]
    pub fn new(circuit: Arc<Circuit>, key: ProvingKey) -> Self {
        Self { circuit, key }
    }

    /// Makes a key on this machine, for development only.
    ///
    /// # Errors
    ///
    /// [`SetupError`] if there is no randomness, no domain for the circuit, or the setup was
    /// interrupted.
    pub fn development(circuit: Arc<Circuit>, progress: &dyn Progress) -> Result<Self, SetupError> {
        let key = setup_development(&circuit, progress)?;
        Ok(Self { circuit, key })
    }

    /// Reads a proving key for a circuit.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] if the bytes are not a key of this circuit.
    pub fn decode(bytes: &[u8], circuit: Arc<Circuit>) -> Result<Self, KeyFileError> {
        let key = ProvingKey::decode(bytes, &circuit)?;
        Ok(Self { circuit, key })
    }

    /// The proving key as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.key.encode()
    }

    /// The circuit.
    #[must_use]
    pub fn circuit(&self) -> &Arc<Circuit> {
        &self.circuit
    }

    /// What a verifying key says of this seal; `setup` is the transcript of its contributions.
    #[must_use]
    pub fn part(&self, setup: Vec<u8>) -> SealPart {
        SealPart {
            circuit_hash: self.key.circuit_hash(),
            groth16: self.key.points().encode(),
            evidence: self.key.evidence().encode(),
            setup,
        }
    }

    fn belongs_to(&self, part: &SealPart) -> bool {
        self.key.circuit_hash() == part.circuit_hash && self.key.points().encode() == part.groth16
    }
}

/// Makes a sealed proof that the tensors satisfy the key's schedule.
///
/// `tensors` as for [`modulus_protocol::prove`]; `blinds` are those of the key's weight rows and of
/// the committed inputs. Every attempt draws its randomness anew.
///
/// # Errors
///
/// [`SealedError`] if the tensors do not satisfy the schedule, setup, seal or blinding do not fit
/// the key, the proof that was made does not verify, or it was interrupted.
pub fn prove(
    sealer: &Sealer,
    key: &VerifyingKey,
    srs: &Srs,
    tensors: &Tensors,
    blinds: &Blinds,
    context: [u8; 32],
    progress: &dyn Progress,
) -> Result<Vec<u8>, SealedError> {
    let part = key.seal().ok_or(SealedError::NoSeal)?;
    // A proof by another key would be rejected, after all the work.
    if !sealer.belongs_to(part) {
        return Err(SealedError::OtherKey);
    }
    let mut made = prove_sealable(key, srs, tensors, blinds, context, progress)?;
    progress.stage("seal", 0.0).map_err(ProveError::from)?;
    let mut transcript = Transcript {
        messages: std::mem::take(&mut *made.messages),
        r: made.r,
    };
    let assignment = sealer.circuit.assign(&transcript);
    transcript.messages.zeroize();
    let assignment = assignment?;
    progress.stage("seal", 0.1).map_err(ProveError::from)?;
    let seal = groth16::prove(&sealer.key, &assignment, &mut made.randomness, progress)?;
    progress.stage("seal", 1.0).map_err(ProveError::from)?;
    let zeta = made.outcome.zeta;
    let t0 = (zeta * (zeta.square() - Fr::one()))
        .inverse()
        .ok_or(ProveError::Degenerate("its point is 0, 1 or -1"))?;
    let proof = SealedProof {
        public: made.public,
        committed: made.committed,
        trace: made.trace,
        helpers: made.helpers,
        s: made.s,
        w: made.w,
        w_prime: made.w_prime,
        rho: made.outcome.rho,
        zeta,
        t0,
        openings: made.outcome.openings,
        pin: made.outcome.seal,
        seal,
    };
    let bytes = proof.encode(key.schedule(), key.digest());
    // Attack: whoever altered a point of the proving key, or of the powers of tau, can compute
    // values of single wires from what it made of them; a proof that verifies hides them all.
    verify_sealed(key, &bytes, context).map_err(|_| SealedError::Defective)?;
    Ok(bytes)
}
