//! Why a ceremony cannot go on or is not believed.

use modulus_kzg::{DecodeError, KzgError, SizeError};
use modulus_protocol::Interrupted;
use thiserror::Error;

use crate::groth16::{KeyError, KeyFileError, SetupError};

/// Any error of a ceremony.
#[derive(Debug, Error)]
pub enum CeremonyError {
    /// The powers of tau are too few for the circuit.
    #[error("the circuit needs 2^{required} powers of tau, the ceremony has 2^{available}")]
    TooFewPowers {
        /// Power needed.
        required: u32,
        /// Power there is.
        available: u32,
    },
    /// The powers of tau are not powers of one secret, or disagree between the groups.
    #[error("not powers of tau: {what}")]
    NotPowers {
        /// Which check failed.
        what: &'static str,
    },
    /// A file of powers cannot be read.
    #[error(transparent)]
    Powers(#[from] KzgError),
    /// The power is not supported.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// The caller stopped the work.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The key cannot be made.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The points of a verifying key are refused.
    #[error(transparent)]
    Points(#[from] KeyError),
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Entropy(getrandom::Error),
    /// The file is not the state of a ceremony.
    #[error("not the state of a ceremony: {what}")]
    Malformed {
        /// What is wrong.
        what: &'static str,
    },
    /// A record does not decode.
    #[error("contribution {index}: {source}")]
    Record {
        /// Its number.
        index: usize,
        /// Why.
        source: DecodeError,
    },
    /// A record decodes but proves nothing.
    #[error("contribution {index}: {what}")]
    Contribution {
        /// Its number.
        index: usize,
        /// Which check failed.
        what: &'static str,
    },
    /// The points of the public inputs are not the circuit's.
    #[error("alpha, beta and the points of the public inputs do not follow from the circuit")]
    WrongInputs,
    /// The ceremony has ended with a beacon.
    #[error("the ceremony has ended with a beacon")]
    Ended,
    /// Nobody contributed a secret; a beacon is public.
    #[error("the ceremony has no contribution of a secret: anybody could forge")]
    NoContribution,
    /// The key is not the one that the records lead to.
    #[error("the key does not follow from the powers of tau and the contributions: {what}")]
    WrongKey {
        /// Which points differ.
        what: &'static str,
    },
}
