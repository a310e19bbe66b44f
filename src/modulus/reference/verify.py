"""Verification of a proof, start to end: of a transparent one here, of a sealed one in `sealed`.

Source:
    docs/spec/schedule.md sections 4 and 8; Modulus protocol section 3.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from modulus.errors import ArtifactError, ProofRejected, RejectionReason
from modulus.reference.curve import encode_point
from modulus.reference.field import encode
from modulus.reference.keccak import WORD_BYTES, digest, truncated
from modulus.reference.key import VerifyingKey
from modulus.reference.opening import check_identity, check_opening
from modulus.reference.proof import TransparentProof, decode_proof, encode_public, mode_of
from modulus.reference.replay import Statement, Transcript, new_transcript, power_sum, replay
from modulus.reference.sealed import verify_sealed
from modulus.reference.sealed_proof import SEALED_MODE, decode_public
from modulus.relations.system import Role

CONTEXT_LENGTH = 32


class PublicValue(NamedTuple):
    """One proven public tensor; real value = scale * factor of its column * integer."""

    name: str
    is_output: bool
    values: list[int]
    """C order."""
    scale: float
    shape: tuple[int, ...]
    columns: tuple[float, ...]
    """Factors of the scale, one per index of the last axis; none where all are one."""


def verify(
    verifying_key: bytes, proof: bytes, context: bytes = bytes(CONTEXT_LENGTH)
) -> list[PublicValue]:
    """Verify a proof of either form and return the public values that it proves.

    Args:
        verifying_key: Bytes of the verifying key; the caller decides whether to trust it.
        proof: Bytes of the proof, from anyone.
        context: The 32 bytes that this proof has to be bound to.

    Raises:
        ProofRejected: The proof does not prove the statement, or the key is malformed.
        ArtifactError: The context is not 32 bytes.
    """
    key = VerifyingKey.decode(verifying_key)
    if mode_of(proof) == SEALED_MODE:
        flat = iter(_verify_sealed(key, proof, context))
        public: Sequence[Sequence[int]] = [
            [next(flat) for _ in range(math.prod(item.shape))] for item in key.system.public
        ]
    else:
        public = _verify_transparent(key, proof, context)
    return [
        PublicValue(item.name, item.is_output, list(values), item.scale, item.shape, item.columns)
        for item, values in zip(key.system.public, public, strict=True)
    ]


def _verify_sealed(key: VerifyingKey, proof: bytes, context: bytes) -> list[int]:
    view = key.sealed_view()
    return decode_public(view, verify_sealed(view, proof, context))


def _verify_transparent(key: VerifyingKey, proof: bytes, context: bytes) -> Sequence[Sequence[int]]:
    # Their points would not be in h1.
    if key.schedule.rows_of(Role.PORT):
        raise ProofRejected(
            RejectionReason.MALFORMED_PROOF,
            where="mode",
            detail="a model with committed inputs has no transparent proofs",
        )
    decoded = decode_proof(proof, key.schedule, key.digest)
    verify_decoded(key, decoded, context, new_transcript(key.schedule))
    return decoded.public


def verify_decoded(
    key: VerifyingKey, proof: TransparentProof, context: bytes, transcript: Transcript
) -> None:
    """Verify a decoded proof against a transcript that has seen nothing yet.

    Raises:
        ProofRejected: As `verify`.
        ArtifactError: The context is not 32 bytes.
    """
    statement = bind_statement(key, proof, context)
    claim = replay(key.schedule, statement, proof, transcript)
    check_identity(claim, proof.openings)
    rows = [*key.points, *proof.trace_points, *proof.helper_points]
    check_opening(rows, proof, statement, claim, key.tau)


def bind_statement(key: VerifyingKey, proof: TransparentProof, context: bytes) -> Statement:
    """Recompute the digests that stand for statement and commitments in the transcript.

    Raises:
        ArtifactError: The context is not 32 bytes.
    """
    h1 = statement_digest(
        key, proof.public, context, b"".join(map(encode_point, proof.trace_points))
    )
    h2 = truncated(
        digest("modulus.h2", encode(h1), b"".join(map(encode_point, proof.helper_points)))
    )
    h3 = truncated(digest("modulus.h3", encode(h2), encode_point(proof.s_point)))
    values = [value for tensor in proof.public for value in tensor]
    return Statement(h1, h2, h3, power_sum(values, h1))


def statement_digest(
    key: VerifyingKey, public: Sequence[Sequence[int]], context: bytes, trace_points: bytes
) -> int:
    """h1: the model, the caller's context, the public values and the trace's commitments.

    Raises:
        ArtifactError: The context is not 32 bytes.
    """
    if len(context) != CONTEXT_LENGTH:
        raise ArtifactError(f"a context has {CONTEXT_LENGTH} bytes, got {len(context)}")
    packed = encode_public(key.schedule, public)
    padded = packed + bytes(-len(packed) % WORD_BYTES)
    return truncated(
        digest("modulus.h1.transparent", encode(key.digest), context, padded, trace_points)
    )
