//! Why a circuit or an assignment cannot be made.

use modulus_sumcheck::kernel::KernelTooLarge;
use thiserror::Error;

use super::Part;

/// A schedule without a circuit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SynthesisError {
    /// A kernel of the schedule is too large to evaluate.
    #[error(transparent)]
    Kernel(#[from] KernelTooLarge),
    /// The circuit outgrew what this code makes.
    #[error("the seal of this schedule needs more than {constraints} constraints or {terms} terms")]
    TooLarge {
        /// Limit of constraints.
        constraints: usize,
        /// Limit of terms.
        terms: usize,
    },
    /// The step logic asked for more or fewer messages than the schedule announces.
    #[error("the schedule announces {announced} messages, the step logic took {taken}")]
    Messages {
        /// Messages that the schedule announces.
        announced: usize,
        /// Messages that the step logic took.
        taken: usize,
    },
}

/// A transcript that does not satisfy the circuit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AssignmentError {
    /// The transcript has another number of messages.
    #[error("the circuit takes {expected} messages, the transcript has {found}")]
    Messages {
        /// Messages of the circuit.
        expected: usize,
        /// Messages given.
        found: usize,
    },
    /// An equation does not hold.
    #[error("the transcript does not verify: constraint {constraint} of the {part} fails")]
    Unsatisfied {
        /// Number of the constraint.
        constraint: usize,
        /// Part of the circuit that it belongs to.
        part: Part,
    },
}
