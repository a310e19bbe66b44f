"""The tamper manifest: every field, what is done to it, and the reason it must be rejected for.

A field without an entry, an entry without a field, and a kind of mutation without a reason all
fail `test_completeness`.
"""

from __future__ import annotations

from collections.abc import Mapping

from modulus.errors import RejectionReason as R
from tests.soundness.tamper.fields import Kind

Reasons = Mapping[str, R | None]
"""Reason by mutation; None if it is accepted."""


def raw(reason: R) -> Reasons:
    """Bytes that must be these."""
    return {"a flipped bit": reason}


def length(reason: R) -> Reasons:
    """A length that something else determines."""
    return {"another length": reason}


def scalar(reason: R) -> Reasons:
    """A scalar; one that is not reduced has a reason of its own."""
    return {"another scalar": reason, "a scalar that is not reduced": R.NON_CANONICAL_SCALAR}


def point(reason: R | None, invalid: R = R.INVALID_POINT) -> Reasons:
    """A point; one off the curve, at infinity or not canonical has a reason of its own."""
    return {"another point": reason, "no point": invalid}


def _twist(generator: R, other: R = R.WRONG_VERIFYING_KEY) -> Reasons:
    return {
        "another point of the twist": other,
        "no point": R.MALFORMED_KEY,
        "the generator": generator,
    }


PUBLIC_OUT_OF_RANGE: Reasons = {"a value out of range": R.PUBLIC_VALUE_OUT_OF_RANGE}
_PUBLIC: Reasons = {"another value": R.ZERO_CHECK_FAILED, **PUBLIC_OUT_OF_RANGE}

PROOF: Mapping[str, tuple[Kind, Reasons]] = {
    "magic": (Kind.RAW, raw(R.MALFORMED_PROOF)),
    "version": (Kind.RAW, raw(R.MALFORMED_PROOF)),
    "mode": (Kind.RAW, raw(R.MALFORMED_PROOF)),
    "key digest": (Kind.RAW, raw(R.WRONG_VERIFYING_KEY)),
    "public length": (Kind.LENGTH, length(R.MALFORMED_PROOF)),
    # Whatever h1 and h2 hash changes every challenge, which the zero-check is the first to notice.
    "public input": (Kind.PUBLIC, _PUBLIC),
    "public output": (Kind.PUBLIC, _PUBLIC),
    "trace row": (Kind.POINT, point(R.ZERO_CHECK_FAILED)),
    "helper row": (Kind.POINT, point(R.ZERO_CHECK_FAILED)),
    "S": (Kind.POINT, point(R.OPENING_IDENTITY_FAILED)),
    "W": (Kind.POINT, point(R.PAIRING_FAILED)),
    "W'": (Kind.POINT, point(R.PAIRING_FAILED)),
    "zero-check round": (Kind.SCALAR, scalar(R.ZERO_CHECK_FAILED)),
    "zero-check claim": (Kind.SCALAR, scalar(R.ZERO_CHECK_FAILED)),
    "step round": (Kind.SCALAR, scalar(R.STEP_FAILED)),
    "step claim": (Kind.SCALAR, scalar(R.STEP_FAILED)),
    "reduction round": (Kind.SCALAR, scalar(R.REDUCTION_FAILED)),
    "row value": (Kind.SCALAR, scalar(R.REDUCTION_FAILED)),
    "a1": (Kind.SCALAR, scalar(R.OPENING_IDENTITY_FAILED)),
    "a2": (Kind.SCALAR, scalar(R.OPENING_IDENTITY_FAILED)),
    "s1": (Kind.SCALAR, scalar(R.OPENING_IDENTITY_FAILED)),
    "s2": (Kind.SCALAR, scalar(R.OPENING_IDENTITY_FAILED)),
}

PROOF_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "verifying_key_digest": ("key digest",),
    "public": ("public input", "public output"),
    "trace_points": ("trace row",),
    "helper_points": ("helper row",),
    "s_point": ("S",),
    "w_point": ("W",),
    "w_prime_point": ("W'",),
    "stages": ("zero-check round", "zero-check claim", "step round", "step claim"),
    "reduction": ("reduction round",),
    "row_values": ("row value",),
    "openings": ("a1", "a2", "s1", "s2"),
}
"""Which entries tamper with an attribute of a decoded proof."""

KEY: Mapping[str, tuple[Kind, Reasons]] = {
    "magic": (Kind.RAW, raw(R.MALFORMED_KEY)),
    "version": (Kind.RAW, raw(R.MALFORMED_KEY)),
    # One of both without the other; together they are what a key says of its own origin.
    "development": (Kind.RAW, raw(R.MALFORMED_KEY)),
    "file hash": (Kind.RAW, raw(R.MALFORMED_KEY)),
    "system length": (Kind.LENGTH, length(R.MALFORMED_KEY)),
    "schedule length": (Kind.LENGTH, length(R.MALFORMED_KEY)),
    "tau": (Kind.TWIST_POINT, _twist(R.MALFORMED_KEY)),
    "number of commitments": (Kind.LENGTH, length(R.MALFORMED_KEY)),
    "table commitment": (Kind.POINT, point(R.MALFORMED_KEY, R.MALFORMED_KEY)),
    "weight commitment": (Kind.POINT, point(R.WRONG_VERIFYING_KEY, R.MALFORMED_KEY)),
    "has table opening": (Kind.RAW, raw(R.MALFORMED_KEY)),
    "table opening": (Kind.POINT, point(R.MALFORMED_KEY, R.MALFORMED_KEY)),
    "has weight opening": (Kind.RAW, raw(R.MALFORMED_KEY)),
    # Read only by those who have the model: see tests/cli/test_model_identity.py.
    "weight opening": (Kind.POINT, point(None, R.MALFORMED_KEY)),
    "has seal": (Kind.RAW, raw(R.MALFORMED_KEY)),
    "circuit hash": (Kind.RAW, raw(R.MALFORMED_KEY)),
    "alpha": (Kind.POINT, point(R.MALFORMED_KEY, R.MALFORMED_KEY)),
    "beta": (Kind.TWIST_POINT, _twist(R.MALFORMED_KEY, R.MALFORMED_KEY)),
    "delta": (Kind.TWIST_POINT, _twist(R.MALFORMED_KEY)),
    "IC": (Kind.POINT, point(R.MALFORMED_KEY, R.MALFORMED_KEY)),
    "evidence": (Kind.RAW, raw(R.MALFORMED_KEY)),
    "setup length": (Kind.LENGTH, length(R.MALFORMED_KEY)),
}

WITHOUT_CIRCUIT: Mapping[tuple[str, str], R | None] = {
    ("circuit hash", "a flipped bit"): R.WRONG_VERIFYING_KEY,
    ("alpha", "another point"): R.WRONG_VERIFYING_KEY,
    ("beta", "another point of the twist"): R.WRONG_VERIFYING_KEY,
    ("beta", "the generator"): R.WRONG_VERIFYING_KEY,
    ("IC", "another point"): R.WRONG_VERIFYING_KEY,
    ("evidence", "a flipped bit"): None,
}
"""Reasons of the reference, which makes no circuits: the key's digest still binds all but the
evidence, and the door that users go through has the circuit compared natively before."""

KEY_PARTS = {"system", "schedule"}
"""Fields of the key with fields of their own, tampered with in `test_key_parts`."""

KEY_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "declared_development": ("development",),
    "srs_hash": ("file hash",),
    "system_bytes": ("system length", "system"),
    "schedule_bytes": ("schedule length", "schedule"),
    "tau": ("tau",),
    "points": ("number of commitments", "table commitment", "weight commitment"),
    "table_opening": ("has table opening", "table opening"),
    "weight_opening": ("has weight opening", "weight opening"),
    "seal": (
        "has seal",
        "circuit hash",
        "alpha",
        "beta",
        "delta",
        "IC",
        "evidence",
        "setup length",
    ),
}
"""Which entries tamper with an attribute of a decoded key."""

KEY_DERIVED = {"system", "schedule", "digest"}
"""Attributes that are computed from others and not in the file."""

READDRESSED: Mapping[R | None, R | None] = {
    None: None,
    R.MALFORMED_KEY: R.MALFORMED_KEY,
    # The digest is hashed into h1: the proof's own word about its key is not what binds it.
    R.WRONG_VERIFYING_KEY: R.ZERO_CHECK_FAILED,
}
"""Reason when the proof is made to name the tampered key, by the reason when it is not."""

UNSCHEDULED = {
    "system.tensors[].name",
    "system.pointwise[].name",
    "system.tables[].name",
    "system.lookups[].name",
    "system.public[].name",
    "system.public[].scale",
    # The shape that users see, as long as it has as many values.
    "system.public[].shape",
    # Definitions are scheduled in the order in which they depend on each other.
    "system.definitions",
    # The kind decides which of them are batched together, which need not change.
    "system.definitions[].kind",
}
"""Fields of the relation system that may differ without another schedule: the digest alone binds
them (wrong_verifying_key). A change of any other makes the key malformed, because the schedule it
carries is no longer the one that its relations compile to."""
