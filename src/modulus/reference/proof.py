"""The transparent proof as bytes. Every length follows from the schedule, none from the proof.

Source:
    docs/spec/schedule.md section 7.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from modulus.errors import ProofRejected, RejectionReason
from modulus.reference.curve import (
    POINT_LENGTH,
    Affine,
    InvalidPointError,
    decode_point,
    encode_point,
)
from modulus.reference.field import ENCODED_LENGTH, NonCanonicalError, decode, encode
from modulus.relations.system import Role
from modulus.schedule.model import Schedule

PROOF_MAGIC = b"MODULUS.PROOF\0\0\0"
PROOF_VERSION = 1
TRANSPARENT_MODE = 0

_HEADER_LENGTH = len(PROOF_MAGIC) + 3
_LENGTH_FIELD = 4

Rounds = Sequence[Sequence[int]]
"""One message per round, highest variable first: coefficients c_0, c_2 .. c_d."""


@dataclass(frozen=True, slots=True)
class StageMessages:
    """What the prover says in one stage."""

    rounds: Rounds
    claims: Sequence[int]


@dataclass(frozen=True, slots=True)
class TransparentProof:
    """A decoded proof: canonical scalars, points on the curve, public values in their ranges."""

    verifying_key_digest: int
    public: Sequence[Sequence[int]]
    """Values of each public tensor, unpadded C order."""
    trace_points: Sequence[Affine]
    helper_points: Sequence[Affine]
    s_point: Affine
    w_point: Affine
    w_prime_point: Affine
    stages: Sequence[StageMessages]
    """The zero-check, then the steps."""
    reduction: Rounds
    row_values: Sequence[int]
    openings: Sequence[int]
    """a1, a2, s1, s2."""

    def encode(self, schedule: Schedule) -> bytes:
        """Canonical bytes."""
        public = encode_public(schedule, self.public)
        points = [*self.trace_points, *self.helper_points]
        points += [self.s_point, self.w_point, self.w_prime_point]
        scalars: list[int] = []
        for stage in self.stages:
            scalars += [value for message in stage.rounds for value in message]
            scalars += stage.claims
        scalars += [value for message in self.reduction for value in message]
        scalars += [*self.row_values, *self.openings]
        return b"".join(
            [
                PROOF_MAGIC,
                PROOF_VERSION.to_bytes(2, "little"),
                bytes([TRANSPARENT_MODE]),
                encode(self.verifying_key_digest),
                len(public).to_bytes(_LENGTH_FIELD, "little"),
                public,
                *map(encode_point, points),
                *map(encode, scalars),
            ]
        )


def mode_of(data: bytes) -> int | None:
    """Return the byte of a file that says which form of proof it is, if it is that long."""
    return data[_HEADER_LENGTH - 1] if len(data) >= _HEADER_LENGTH else None


def encode_public(schedule: Schedule, public: Sequence[Sequence[int]]) -> bytes:
    """Public bytes: two's complement, big-endian, declared width, unpadded C order."""
    return b"".join(
        value.to_bytes(item.width, "big", signed=True)
        for item, values in zip(schedule.public, public, strict=True)
        for value in values
    )


def public_length(schedule: Schedule) -> int:
    """Number of public bytes."""
    return sum(
        item.width * math.prod(schedule.tensors[item.tensor].shape) for item in schedule.public
    )


def proof_length(schedule: Schedule) -> int:
    """Number of bytes of every proof of a schedule."""
    rows = schedule.rows_of(Role.TRACE) + schedule.rows_of(Role.HELPER)
    scalars = schedule.zero_check_variables * schedule.zero_check_degree
    scalars += sum(step.variables * step.degree for step in schedule.steps)
    scalars += len(schedule.claims) + 2 * schedule.row_bits + len(schedule.row_kinds) + 4
    return (
        _HEADER_LENGTH
        + ENCODED_LENGTH
        + _LENGTH_FIELD
        + public_length(schedule)
        + POINT_LENGTH * (rows + 3)
        + ENCODED_LENGTH * scalars
    )


def decode_proof(data: bytes, schedule: Schedule, verifying_key_digest: int) -> TransparentProof:
    """Read a proof for a schedule.

    Checks run in the order of the bytes, after the total length: nothing is allocated from a
    number that the proof states.

    Raises:
        ProofRejected: malformed_proof, wrong_verifying_key, public_value_out_of_range,
            invalid_point or non_canonical_scalar.
    """
    _check_header(data, schedule)
    reader = _Reader(data, _HEADER_LENGTH)
    found = reader.take(ENCODED_LENGTH)
    if found != encode(verifying_key_digest):
        raise ProofRejected(
            RejectionReason.WRONG_VERIFYING_KEY,
            where="verifying key digest",
            detail=f"the proof was made for the verifying key 0x{found.hex()}",
        )
    stated = int.from_bytes(reader.take(_LENGTH_FIELD), "little")
    if stated != public_length(schedule):
        raise _malformed("public values", f"{stated} bytes instead of {public_length(schedule)}")
    public = _read_public(reader, schedule)
    trace_points = reader.points("trace row", schedule.rows_of(Role.TRACE))
    helper_points = reader.points("helper row", schedule.rows_of(Role.HELPER))
    s_point, w_point, w_prime_point = (reader.points(name, 1)[0] for name in ("S", "W", "W'"))
    sizes = [(schedule.zero_check_variables, schedule.zero_check_degree)]
    sizes += [(step.variables, step.degree) for step in schedule.steps]
    stages = [
        StageMessages(
            reader.rounds(f"stage {stage}", variables, degree),
            reader.scalars(f"claims of stage {stage}", len(schedule.claims_of_stage(stage))),
        )
        for stage, (variables, degree) in enumerate(sizes)
    ]
    return TransparentProof(
        verifying_key_digest,
        public,
        trace_points,
        helper_points,
        s_point,
        w_point,
        w_prime_point,
        stages,
        reader.rounds("reduction", schedule.row_bits, 2),
        reader.scalars("row values", len(schedule.row_kinds)),
        reader.scalars("openings", 4),
    )


def _check_header(data: bytes, schedule: Schedule) -> None:
    if data[: len(PROOF_MAGIC)] != PROOF_MAGIC:
        raise _malformed("header", "wrong magic bytes, this is not a proof")
    version = int.from_bytes(data[len(PROOF_MAGIC) : len(PROOF_MAGIC) + 2], "little")
    if version != PROOF_VERSION:
        raise _malformed("header", f"version {version} is not supported, expected {PROOF_VERSION}")
    if data[_HEADER_LENGTH - 1 : _HEADER_LENGTH] != bytes([TRANSPARENT_MODE]):
        raise _malformed("header", "not a transparent proof")
    expected = proof_length(schedule)
    if len(data) != expected:
        raise _malformed(
            "length",
            f"{len(data)} bytes, but proofs for this key have {expected}: "
            "the proof is damaged or belongs to another key",
        )


def _read_public(reader: "_Reader", schedule: Schedule) -> list[list[int]]:
    public = []
    for number, item in enumerate(schedule.public):
        tensor = schedule.tensors[item.tensor]
        values = []
        for position in range(math.prod(tensor.shape)):
            value = int.from_bytes(reader.take(item.width), "big", signed=True)
            if not tensor.low <= value <= tensor.high:
                raise ProofRejected(
                    RejectionReason.PUBLIC_VALUE_OUT_OF_RANGE,
                    where=f"public tensor {number}, value {position}",
                    detail=f"{value} is not in [{tensor.low}, {tensor.high}]",
                )
            values.append(value)
        public.append(values)
    return public


def _malformed(where: str, detail: str) -> ProofRejected:
    return ProofRejected(RejectionReason.MALFORMED_PROOF, where=where, detail=detail)


class _Reader:
    """Cursor over bytes whose total length has been checked."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._position = position

    def take(self, count: int) -> bytes:
        piece = self._data[self._position : self._position + count]
        self._position += count
        return piece

    def points(self, name: str, count: int) -> list[Affine]:
        return [self._point(f"{name} {number}") for number in range(count)]

    def scalars(self, name: str, count: int) -> list[int]:
        return [self._scalar(f"{name}, scalar {number}") for number in range(count)]

    def rounds(self, name: str, variables: int, degree: int) -> list[list[int]]:
        return [
            self.scalars(f"{name}, round of variable {variable}", degree)
            for variable in reversed(range(variables))
        ]

    def _point(self, where: str) -> Affine:
        try:
            return decode_point(self.take(POINT_LENGTH))
        except (NonCanonicalError, InvalidPointError) as error:
            raise ProofRejected(
                RejectionReason.INVALID_POINT, where=where, detail=str(error)
            ) from error

    def _scalar(self, where: str) -> int:
        try:
            return decode(self.take(ENCODED_LENGTH))
        except NonCanonicalError as error:
            raise ProofRejected(
                RejectionReason.NON_CANONICAL_SCALAR, where=where, detail=str(error)
            ) from error
