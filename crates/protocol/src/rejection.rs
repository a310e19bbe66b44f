//! Why a proof is rejected.

use std::fmt;

use modulus_sumcheck::kernel::KernelTooLarge;
use thiserror::Error;

use crate::schedule::DecodeError;

/// Stable reasons, shared by all verifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Wrong magic, version, mode or length.
    MalformedProof,
    /// The proof was made for another model.
    WrongVerifyingKey,
    /// A scalar is not below the field's order.
    NonCanonicalScalar,
    /// A point is at infinity, off the curve or not canonical.
    InvalidPoint,
    /// A public value is outside the range its tensor declares.
    PublicValueOutOfRange,
    /// The zero-check does not end in the claimed evaluations.
    ZeroCheckFailed,
    /// A step does not end in the claimed evaluations.
    StepFailed,
    /// The claim reduction does not end in the row values.
    ReductionFailed,
    /// The opened values do not say the combined row value.
    OpeningIdentityFailed,
    /// The opened values are not those of the commitments.
    PairingFailed,
    /// A challenge makes the opening's points coincide.
    DegenerateChallenge,
    /// The verifying key is not well formed.
    MalformedKey,
}

impl Reason {
    /// Every reason, in the order of the specification.
    pub const ALL: [Self; 12] = [
        Self::MalformedProof,
        Self::WrongVerifyingKey,
        Self::NonCanonicalScalar,
        Self::InvalidPoint,
        Self::PublicValueOutOfRange,
        Self::ZeroCheckFailed,
        Self::StepFailed,
        Self::ReductionFailed,
        Self::OpeningIdentityFailed,
        Self::PairingFailed,
        Self::DegenerateChallenge,
        Self::MalformedKey,
    ];

    /// The name that all verifiers share.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MalformedProof => "malformed_proof",
            Self::WrongVerifyingKey => "wrong_verifying_key",
            Self::NonCanonicalScalar => "non_canonical_scalar",
            Self::InvalidPoint => "invalid_point",
            Self::PublicValueOutOfRange => "public_value_out_of_range",
            Self::ZeroCheckFailed => "zero_check_failed",
            Self::StepFailed => "step_failed",
            Self::ReductionFailed => "reduction_failed",
            Self::OpeningIdentityFailed => "opening_identity_failed",
            Self::PairingFailed => "pairing_failed",
            Self::DegenerateChallenge => "degenerate_challenge",
            Self::MalformedKey => "malformed_key",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A refusal to accept a proof or a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason} at {place}: {detail}")]
pub struct Rejection {
    /// Stable reason.
    pub reason: Reason,
    /// Part of the proof or key that was being read or checked.
    pub place: String,
    /// What was found and what was expected.
    pub detail: String,
}

impl Rejection {
    /// A rejection for a reason, at a place, with what was found there.
    #[must_use]
    pub fn new(reason: Reason, place: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            reason,
            place: place.into(),
            detail: detail.into(),
        }
    }
}

impl From<DecodeError> for Rejection {
    fn from(error: DecodeError) -> Self {
        Self::new(
            Reason::MalformedKey,
            format!("byte {}", error.byte),
            error.problem,
        )
    }
}

impl From<KernelTooLarge> for Rejection {
    fn from(error: KernelTooLarge) -> Self {
        Self::new(Reason::MalformedKey, "schedule", error.to_string())
    }
}

/// An equation of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Last equation of the zero-check.
    ZeroCheck,
    /// Last equation of the step with this index.
    Step(usize),
    /// Last equation of the claim reduction.
    Reduction,
    /// The opening's two points differ and are not 0.
    Points,
    /// The Laurent identity at the opening's point.
    OpeningIdentity,
}

impl From<Check> for Rejection {
    fn from(check: Check) -> Self {
        let (reason, place, detail) = match check {
            Check::ZeroCheck => (
                Reason::ZeroCheckFailed,
                "zero-check".to_owned(),
                "the claimed evaluations do not satisfy the relations",
            ),
            Check::Step(index) => (
                Reason::StepFailed,
                format!("step {index}"),
                "the claimed operands do not give the claimed results",
            ),
            Check::Reduction => (
                Reason::ReductionFailed,
                "claim reduction".to_owned(),
                "the row values do not give the claimed evaluations",
            ),
            Check::Points => (
                Reason::DegenerateChallenge,
                "opening".to_owned(),
                "the evaluation point is 0, 1 or -1",
            ),
            Check::OpeningIdentity => (
                Reason::OpeningIdentityFailed,
                "opening".to_owned(),
                "the opened values do not give the combined row value",
            ),
        };
        Self::new(reason, place, detail)
    }
}
