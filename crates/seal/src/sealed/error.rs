//! Why a sealed proof cannot be made.

use modulus_protocol::ProveError;
use thiserror::Error;

use crate::circuit::AssignmentError;
use crate::groth16;

/// A sealed proof that cannot be made.
#[derive(Debug, Error)]
pub enum SealedError {
    /// The tensors, the setup or the blinding do not fit the key.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The verifying key has no seal.
    #[error("the verifying key has no seal: it was made for transparent proofs only")]
    NoSeal,
    /// The key that seals belongs to another verifying key.
    #[error("the seal's proving key does not belong to this verifying key")]
    OtherKey,
    /// The transcript does not satisfy the circuit.
    #[error(transparent)]
    Assignment(#[from] AssignmentError),
    /// A point of the seal's proving key or of the powers of tau, or a blinding coefficient, is not what
    /// the verifying key commits to.
    #[error("the proof that was made does not verify: a file that it was made with was altered")]
    Defective,
    /// The Groth16 proof could not be made.
    #[error(transparent)]
    Groth16(#[from] groth16::ProveError),
}
