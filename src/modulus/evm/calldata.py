"""Calldata of `verify`, and the names of the errors it reverts with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from modulus.errors import ArtifactError, RejectionReason
from modulus.evm.abi import SELECTOR_LENGTH, encode_arguments, selector

CONTEXT_LENGTH = 32

VERIFY = "verify(bytes32,bytes,bytes)"
VERIFY_COMMITTED = "verify(bytes32,bytes,bytes,bytes)"

REASONS: Mapping[str, RejectionReason] = {
    "MalformedProof": RejectionReason.MALFORMED_PROOF,
    "PublicValueOutOfRange": RejectionReason.PUBLIC_VALUE_OUT_OF_RANGE,
    "InvalidPoint": RejectionReason.INVALID_POINT,
    "NonCanonicalScalar": RejectionReason.NON_CANONICAL_SCALAR,
    "DegenerateChallenge": RejectionReason.DEGENERATE_CHALLENGE,
    "PairingFailed": RejectionReason.PAIRING_FAILED,
}
"""Custom errors that mean the same as a reason of the native verifier."""

OTHER_ERRORS = ("DevelopmentKey", "PrecompileFailed", "MalformedKey")
"""Custom errors of contracts alone: a development key off its chains, an odd chain, bad data."""


def encode_call(context: bytes, public: bytes, body: bytes, committed: bytes = b"") -> bytes:
    """Calldata that asks a contract to verify a proof.

    Args:
        context: 32 bytes, as the consumer computes them.
        public: Packed public values.
        body: Proof from its trace rows on.
        committed: Commitments to the input rows; none if the model reads none.

    Raises:
        ArtifactError: The context is not 32 bytes.
    """
    if len(context) != CONTEXT_LENGTH:
        raise ArtifactError(f"a context has {CONTEXT_LENGTH} bytes, got {len(context)}")
    if not committed:
        return selector(VERIFY) + encode_arguments([context, (public,), (body,)])
    arguments = encode_arguments([context, (public,), (committed,), (body,)])
    return selector(VERIFY_COMMITTED) + arguments


def error_name(revert_data: bytes) -> str | None:
    """Name of the custom error in the data of a revert; None if it is none of the verifier's."""
    return _names().get(revert_data) if len(revert_data) == SELECTOR_LENGTH else None


@cache
def _names() -> dict[bytes, str]:
    return {selector(f"{name}()"): name for name in (*REASONS, *OTHER_ERRORS)}
