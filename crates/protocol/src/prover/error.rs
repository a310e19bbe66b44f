//! Why a proof cannot be made.

use modulus_kzg::{OpeningError, SizeError};
use modulus_sumcheck::kernel::KernelTooLarge;
use modulus_sumcheck::logup::ZeroDenominator;
use thiserror::Error;

use crate::rejection::{Check, Rejection};

/// The caller stopped the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Tensors that do not satisfy the schedule. Messages name places, never values.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WitnessError {
    /// A tensor of the schedule was not given.
    #[error("tensor {tensor} is missing")]
    Missing {
        /// Index of the tensor.
        tensor: usize,
    },
    /// A tensor has another number of entries than its shape.
    #[error("tensor {tensor} has {found} entries, its shape has {expected}")]
    WrongLength {
        /// Index of the tensor.
        tensor: usize,
        /// Entries given.
        found: usize,
        /// Entries of its shape.
        expected: usize,
    },
    /// An entry is outside the declared range of its tensor.
    #[error("tensor {tensor} is outside its range at position {position}")]
    OutOfRange {
        /// Index of the tensor.
        tensor: usize,
        /// Position in unpadded C order.
        position: usize,
    },
    /// A looked-up tuple is not a row of its table.
    #[error(
        "lookup {lookup} of group {group} finds no row of table {table} at position {position}"
    )]
    NotInTable {
        /// Index of the lookup group.
        group: usize,
        /// Index of the lookup in its group.
        lookup: usize,
        /// Index of the table.
        table: usize,
        /// Position in unpadded C order.
        position: usize,
    },
    /// A pointwise relation does not vanish.
    #[error("pointwise relation {relation} does not hold at position {position}")]
    NotZero {
        /// Index of the relation.
        relation: usize,
        /// Position in unpadded C order.
        position: usize,
    },
    /// A public value cannot be packed in its width.
    #[error("public tensor {tensor} is outside its range at position {position}")]
    PublicOutOfRange {
        /// Index of the tensor.
        tensor: usize,
        /// Position in unpadded C order.
        position: usize,
    },
}

/// Why a proof cannot be made.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The tensors do not satisfy the schedule.
    #[error(transparent)]
    Witness(#[from] WitnessError),
    /// The proof would be rejected.
    #[error("the tensors do not satisfy the schedule: {}", Rejection::from(*.0).detail)]
    Unsatisfied(Check),
    /// The caller stopped the proof.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The setup has fewer powers than a row and its blinding need.
    #[error("the setup has {available} powers, {required} are needed")]
    SetupTooSmall {
        /// Powers needed.
        required: usize,
        /// Powers there are.
        available: usize,
    },
    /// Blinding coefficients do not fit the rows that they belong to.
    #[error("{found} blinding coefficients for {expected} rows")]
    Blinds {
        /// Rows there are.
        expected: usize,
        /// Coefficients given.
        found: usize,
    },
    /// The schedule leaves no slots to hide a proof with.
    #[error("the schedule leaves no free slots for blinding")]
    NoBlindingSlots,
    /// A transparent proof would reveal what its model hides.
    #[error("a model with private weights or committed inputs has no transparent proofs")]
    TransparentRefused,
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Entropy(getrandom::Error),
    /// The key was made with another setup.
    #[error("the verifying key belongs to another setup")]
    OtherSetup,
    /// A challenge is degenerate; happens with negligible probability.
    #[error("a challenge is degenerate: {0}")]
    Degenerate(&'static str),
    /// The schedule has a kernel that is too large to evaluate.
    #[error(transparent)]
    Kernel(#[from] KernelTooLarge),
    /// A vector does not fit the setup.
    #[error(transparent)]
    Size(#[from] SizeError),
}

impl From<Check> for ProveError {
    fn from(check: Check) -> Self {
        Self::Unsatisfied(check)
    }
}

impl From<ZeroDenominator> for ProveError {
    fn from(_: ZeroDenominator) -> Self {
        Self::Degenerate("it hits a table row")
    }
}

impl From<OpeningError> for ProveError {
    fn from(_: OpeningError) -> Self {
        Self::Degenerate("it makes the points of the opening coincide")
    }
}
