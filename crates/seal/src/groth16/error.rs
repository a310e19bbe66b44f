//! Why a key or a proof cannot be made or accepted.

use modulus_kzg::{DecodeError, SizeError};
use modulus_protocol::Interrupted;
use thiserror::Error;

/// A key that cannot be made.
#[derive(Debug, Error)]
pub enum SetupError {
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Entropy(getrandom::Error),
    /// The field has no domain for so many constraints.
    #[error("no evaluation domain for {constraints} constraints")]
    Domain {
        /// Constraints of the circuit.
        constraints: usize,
    },
    /// The caller stopped the setup.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// A point that must not be infinite is: the parameters are degenerate.
    #[error("the setup is degenerate: {point} is the point at infinity or the generator")]
    Degenerate {
        /// Which point.
        point: &'static str,
    },
    /// There are fewer powers of tau than the circuit's domain has elements.
    #[error(transparent)]
    Powers(SizeError),
}

/// A proof that cannot be made.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The assignment belongs to another circuit.
    #[error("the proving key is for {expected} wires, the assignment has {found}")]
    Wires {
        /// Wires of the key's circuit.
        expected: usize,
        /// Wires given.
        found: usize,
    },
    /// The caller stopped the proof.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// Vectors do not fit the key's points.
    #[error(transparent)]
    Size(#[from] SizeError),
}

/// A proof that is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// The pairing equation does not hold.
    #[error("the pairing equation does not hold")]
    Pairing,
}

/// Key points that are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// A point does not decode, or is infinite.
    #[error("{point} of the seal's key: {source}")]
    Point {
        /// Which point.
        point: &'static str,
        /// Why.
        source: DecodeError,
    },
    /// Delta is the generator: nobody contributed to the setup, and anybody can forge.
    #[error("delta of the seal's key is the generator: its setup had no contribution")]
    NoContribution,
    /// The powers of tau that the key was made from have a secret that everybody knows.
    #[error("tau of the seal's setup is 0 or 1")]
    KnownTau,
}

/// A proving key that cannot be read.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// Another kind of file.
    #[error("not a proving key of a seal")]
    Magic,
    /// A version this code does not read.
    #[error("version {found} is not supported, expected {expected}")]
    Version {
        /// Version in the file.
        found: u32,
        /// Version this code reads.
        expected: u32,
    },
    /// The key was made for another circuit.
    #[error("the proving key belongs to another circuit: recompile the model or find its key")]
    Circuit,
    /// The file is shorter or longer than the circuit's key.
    #[error("a proving key of this circuit has {expected} bytes, the file has {found}")]
    Length {
        /// Bytes of such a key.
        expected: usize,
        /// Bytes there are.
        found: usize,
    },
    /// The checksum does not match.
    #[error("the content does not match its checksum: the file is damaged")]
    Checksum,
    /// A coordinate is not below the field's order, or a point is off the curve.
    #[error("point {index} is not on the curve")]
    Point {
        /// Its number in the file.
        index: usize,
    },
    /// The points of the verifying part are refused.
    #[error(transparent)]
    Key(#[from] KeyError),
}
