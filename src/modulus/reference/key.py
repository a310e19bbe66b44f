"""The verifying key: what a verifier has to know about one model, and nothing about its weights.

Source:
    docs/spec/schedule.md sections 4 and 9.
"""

import math
from dataclasses import dataclass
from typing import Self

from modulus.errors import ArtifactError, ModulusError, ProofRejected, RejectionReason
from modulus.reference.curve import (
    POINT_LENGTH,
    Affine,
    InvalidPointError,
    decode_point,
    encode_point,
)
from modulus.reference.field import NonCanonicalError
from modulus.reference.keccak import WORD_BYTES, digest, keccak256, truncated, word
from modulus.reference.twist import (
    TWIST_GENERATOR,
    TWIST_POINT_LENGTH,
    TwistAffine,
    decode_twist_point,
    encode_twist_point,
)
from modulus.relations.codec import decode_system
from modulus.relations.system import RelationSystem, Role
from modulus.relations.wire import Reader, Writer
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import decode_schedule, encode_schedule
from modulus.schedule.model import LOOKUPS_PER_GROUP, ROW_KINDS, Schedule
from modulus.schedule.validate import validate_schedule

KEY_MAGIC = b"MODULUS.VKEY\0\0\0\0"
KEY_VERSION = 1


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A decoded key; the schedule is the one that the system compiles to."""

    development: bool
    srs_hash: bytes
    system_bytes: bytes
    schedule_bytes: bytes
    system: RelationSystem
    schedule: Schedule
    tau: TwistAffine
    """[tau]_2 of the powers of tau."""
    points: tuple[Affine, ...]
    """Commitments of the table and weight rows, in row order."""
    digest: int
    """VKD, the model's identity."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read a key and recompute whatever it could lie about.

        Raises:
            ProofRejected: malformed_key.
        """
        try:
            return cls._decode(data)
        except ModulusError as error:
            raise ProofRejected(
                RejectionReason.MALFORMED_KEY, where="verifying key", detail=error.message
            ) from error

    @classmethod
    def build(
        cls,
        system_bytes: bytes,
        schedule_bytes: bytes,
        tau: TwistAffine,
        points: tuple[Affine, ...],
        *,
        srs_hash: bytes | None = None,
    ) -> Self:
        """Make a key from its parts; without the hash of a ceremony file it is a development key.

        Raises:
            ModulusError: A part is malformed or the parts do not belong together.
        """
        system = decode_system(system_bytes)
        schedule = decode_schedule(schedule_bytes)
        validate_schedule(schedule)
        _check_fixed_rows(schedule, len(points))
        _check_system(system, schedule)
        if encode_schedule(build_schedule(system, schedule.row_bits)) != schedule_bytes:
            raise ArtifactError("the schedule is not the one that the relation system compiles to")
        return cls(
            srs_hash is None,
            bytes(WORD_BYTES) if srs_hash is None else srs_hash,
            system_bytes,
            schedule_bytes,
            system,
            schedule,
            tau,
            points,
            _digest(system_bytes, schedule_bytes, schedule, tau, points),
        )

    @classmethod
    def _decode(cls, data: bytes) -> Self:
        reader = Reader(data, "verifying key")
        reader.magic(KEY_MAGIC, KEY_VERSION)
        development = reader.flag()
        srs_hash = reader.raw(WORD_BYTES)
        if development != (srs_hash == bytes(WORD_BYTES)):
            raise reader.fail("a key has the hash of a ceremony file unless it is for development")
        system_bytes, schedule_bytes = reader.blob(), reader.blob()
        try:
            tau = decode_twist_point(reader.raw(TWIST_POINT_LENGTH))
            points = reader.sequence(lambda: decode_point(reader.raw(POINT_LENGTH)))
        except (InvalidPointError, NonCanonicalError) as error:
            raise reader.fail(str(error)) from error
        reader.end()
        # Attack: with tau = 1 every opening equation degenerates.
        if tau == TWIST_GENERATOR:
            raise reader.fail("tau is one")
        return cls.build(
            system_bytes,
            schedule_bytes,
            tau,
            points,
            srs_hash=None if development else srs_hash,
        )

    def encode(self) -> bytes:
        """Canonical bytes."""
        writer = Writer()
        writer.raw(KEY_MAGIC)
        writer.number("H", KEY_VERSION)
        writer.number("B", self.development)
        writer.raw(self.srs_hash)
        writer.blob(self.system_bytes)
        writer.blob(self.schedule_bytes)
        writer.raw(encode_twist_point(self.tau))
        writer.sequence(self.points, lambda point: writer.raw(encode_point(point)))
        return writer.finish()


def _check_fixed_rows(schedule: Schedule, points: int) -> None:
    if schedule.rows_of(Role.INPUT):
        raise ArtifactError("a model with committed inputs has no transparent proofs")
    fixed = schedule.rows_of(Role.TABLE) + schedule.rows_of(Role.WEIGHT)
    if points != fixed:
        raise ArtifactError(f"{points} commitments for {fixed} table and weight rows")


def _check_system(system: RelationSystem, schedule: Schedule) -> None:
    """Bound the work of compiling by the schedule, and check what the compiler does not read.

    Attack: relations of a few bytes could ask for a layout of billions of rows; the schedule's
    tensors lie in rows that are listed one by one.
    """
    places = [(tensor.role, tensor.shape) for tensor in system.tensors]
    places += [(Role.MULTIPLICITY, table.shape) for table in system.tables]
    scheduled = [(tensor.role, tensor.shape) for tensor in schedule.tensors]
    if places != scheduled[: len(places)]:
        raise ArtifactError("the schedule does not place the tensors of the relation system")
    helper_shapes = {shape for role, shape in scheduled if role is Role.HELPER}
    if len(system.lookups) > LOOKUPS_PER_GROUP * len(schedule.groups) or any(
        lookup.shape not in helper_shapes for lookup in system.lookups
    ):
        raise ArtifactError("the schedule does not place the lookups of the relation system")
    for public in system.public:
        if public.tensor >= len(system.tensors):
            raise ArtifactError(f"public tensor {public.name!r} does not exist")
        if not (math.isfinite(public.scale) and public.scale > 0):
            raise ArtifactError(f"public tensor {public.name!r} has the scale {public.scale}")
        if math.prod(public.shape) != math.prod(system.tensors[public.tensor].shape):
            raise ArtifactError(f"public tensor {public.name!r} has another number of values")


def _digest(
    system_bytes: bytes,
    schedule_bytes: bytes,
    schedule: Schedule,
    tau: TwistAffine,
    points: tuple[Affine, ...],
) -> int:
    """VKD; the zero words are circuit and Groth16 key, which transparent keys do not have."""
    row_kinds = bytes(ROW_KINDS.index(kind) for kind in schedule.row_kinds)
    return truncated(
        digest(
            "modulus.vk.1",
            keccak256(system_bytes),
            keccak256(schedule_bytes),
            word(1 << schedule.row_bits),
            word(len(schedule.row_kinds)),
            keccak256(row_kinds),
            digest("modulus.srs.1", encode_twist_point(tau)),
            word(0),
            word(0),
            *map(encode_point, points),
        )
    )
