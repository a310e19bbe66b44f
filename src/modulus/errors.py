"""Every error that Modulus raises on purpose, and the stable reasons why a proof is rejected."""

from __future__ import annotations

from enum import StrEnum


class ModulusError(Exception):
    """Base of all errors; the message says what is wrong, where, and (as `hint:`) what to do."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message if hint is None else f"{message}\nhint: {hint}")


class ModelError(ModulusError):
    """The model cannot be used as it is."""


class UnsupportedOperatorError(ModelError):
    """One or more nodes use operators, opsets or attributes that are not supported."""


class ShapeError(ModelError):
    """Shapes do not fit together, or are not static."""


class QuantizationError(ModulusError):
    """Numbers do not fit the chosen bit widths."""


class WitnessError(ModulusError):
    """This input cannot be proven: a value or shape is outside what the model was compiled for."""


class ArtifactError(ModulusError):
    """Bytes are not what they claim to be: truncated, foreign, tampered or of another version."""


class SrsError(ModulusError):
    """The powers of tau are missing, too small or inconsistent."""


class CeremonyFault(StrEnum):
    """Why a ceremony cannot go on, or is not believed."""

    MALFORMED_CEREMONY = "malformed_ceremony"
    """The file is damaged, of another kind or of another version, or a name does not fit."""
    WRONG_POWERS_OF_TAU = "wrong_powers_of_tau"
    """The powers of tau are too few, no powers, or others than the ceremony began with."""
    INVALID_CONTRIBUTION = "invalid_contribution"
    """A contribution proves nothing: altered, moved, repeated, zero, or out of its chain."""
    CEREMONY_ENDED = "ceremony_ended"
    """Something follows the beacon."""
    NO_CONTRIBUTION = "no_contribution"
    """Nobody contributed a secret."""
    WRONG_KEY = "wrong_key"
    """The key does not follow from circuit, powers of tau and contributions."""
    WRONG_ATTESTATION = "wrong_attestation"
    """The attestation states something else than the ceremony."""


class CeremonyError(ModulusError):
    """A ceremony cannot go on, or is not believed."""

    def __init__(self, reason: CeremonyFault, message: str, *, hint: str | None = None) -> None:
        self.reason = reason
        self.what = message
        super().__init__(f"{message} ({reason.value})", hint=hint)


class ResourceError(ModulusError):
    """The work would not fit the memory that is free."""


class VisibilityError(ModulusError):
    """The requested visibility cannot be honoured."""


class NativeError(ModulusError):
    """The native core is missing or failed."""


class InternalError(ModulusError):
    """A broken invariant of Modulus itself: please report it."""


class RejectionReason(StrEnum):
    """Why a proof is rejected; the names are the same in Rust, Python and Solidity."""

    MALFORMED_KEY = "malformed_key"
    """The verifying key's bytes are not a verifying key."""
    MALFORMED_PROOF = "malformed_proof"
    """Magic, version, mode or length of the proof are wrong."""
    WRONG_VERIFYING_KEY = "wrong_verifying_key"
    """The proof was made for another verifying key."""
    NON_CANONICAL_SCALAR = "non_canonical_scalar"
    """A scalar is not below the field's order."""
    INVALID_POINT = "invalid_point"
    """A point is non-canonical, off the curve or at infinity."""
    PUBLIC_VALUE_OUT_OF_RANGE = "public_value_out_of_range"
    """A public value is outside its tensor's range."""
    ZERO_CHECK_FAILED = "zero_check_failed"
    """A pointwise relation or a lookup does not hold."""
    STEP_FAILED = "step_failed"
    """A contraction or rewire does not hold."""
    REDUCTION_FAILED = "reduction_failed"
    """Claims do not fit the row values: an evaluation, the lookup sum, padding, a public value."""
    OPENING_IDENTITY_FAILED = "opening_identity_failed"
    """The opened values do not satisfy the inner-product identity."""
    DEGENERATE_CHALLENGE = "degenerate_challenge"
    """A challenge hit a value at which the opening is undefined."""
    PAIRING_FAILED = "pairing_failed"
    """The opening does not fit the commitments."""
    OTHER_COMMITMENT = "other_commitment"
    """A committed input or output is not the one that the caller of `verify` expects."""


class ProofRejected(ModulusError):
    """The proof does not prove the statement."""

    def __init__(self, reason: RejectionReason, *, where: str, detail: str) -> None:
        self.reason = reason
        self.where = where
        self.detail = detail
        super().__init__(f"proof rejected ({reason.value}) at {where}: {detail}")
