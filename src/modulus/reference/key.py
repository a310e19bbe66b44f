"""The verifying key: what a verifier has to know about one model, and nothing about its weights.

Source:
    docs/spec/schedule.md sections 4 and 9.
"""

import math
from dataclasses import dataclass, replace
from typing import Self

from modulus.errors import ArtifactError, ModulusError, ProofRejected, RejectionReason
from modulus.powers_of_tau import KNOWN
from modulus.reference.curve import (
    POINT_LENGTH,
    Affine,
    InvalidPointError,
    decode_point,
    encode_point,
)
from modulus.reference.field import NonCanonicalError
from modulus.reference.fixed import check_tables
from modulus.reference.keccak import WORD_BYTES, digest, keccak256, truncated, word
from modulus.reference.sealed_key import (
    EVIDENCE_LENGTH,
    GROTH16_KEY_LENGTH,
    Groth16Key,
    PublicRange,
    SealedKey,
)
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
KEY_VERSION = 2


@dataclass(frozen=True, slots=True)
class SealPart:
    """What sealed proofs need of a key (docs/spec/seal.md, section 2)."""

    circuit_hash: bytes
    groth16: Groth16Key
    evidence: bytes
    """Shows that these points belong to the circuit, which is not checked here."""
    setup: bytes
    """Transcript of the setup's contributions; empty for a local one."""


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A decoded key; the schedule is the one that the system compiles to."""

    declared_development: bool
    """What the key says of itself; see `development`."""
    srs_hash: bytes
    """Keccak-256 of the ceremony's file; zeros in a key that calls itself development."""
    system_bytes: bytes
    schedule_bytes: bytes
    system: RelationSystem
    schedule: Schedule
    tau: TwistAffine
    """[tau]_2 of the powers of tau."""
    points: tuple[Affine, ...]
    """Commitments of the table and weight rows, in row order."""
    seal: SealPart | None
    digest: int
    """VKD, the model's identity."""
    table_opening: Affine | None = None
    """Shows what the rows of tables hold."""
    weight_opening: Affine | None = None
    """Shows what the rows of public weights hold; not read here."""

    @property
    def development(self) -> bool:
        """Whether somebody may know a secret with which to forge proofs for this key.

        Attack: the key's own word is worth nothing, it may come from the forger. A setup's
        transcript is not verified here, so every sealed key counts as one for development.
        """
        tau_g2 = encode_twist_point(self.tau).hex()
        is_known = any(entry.tau_g2 == tau_g2 for entry in KNOWN)
        return self.declared_development or not is_known or self.seal is not None

    def sealed_view(self) -> SealedKey:
        """Return what verifying a sealed proof reads.

        Raises:
            ProofRejected: malformed_proof, because there are no sealed proofs for this key.
        """
        if self.seal is None:
            raise ProofRejected(
                RejectionReason.MALFORMED_PROOF, where="mode", detail="the key has no seal"
            )
        tensors = [(item, self.schedule.tensors[item.tensor]) for item in self.schedule.public]
        return SealedKey(
            digest=self.digest,
            development=self.development,
            public=tuple(
                PublicRange(math.prod(tensor.shape), item.width, tensor.low, tensor.high)
                for item, tensor in tensors
            ),
            fixed_points=self.points,
            committed_rows=self.schedule.rows_of(Role.PORT),
            trace_rows=self.schedule.rows_of(Role.TRACE),
            helper_rows=self.schedule.rows_of(Role.HELPER),
            tau=self.tau,
            groth16=self.seal.groth16,
        )

    @classmethod
    def decode(cls, data: bytes, *, are_tables_known: bool = False) -> Self:
        """Read a key and recompute whatever it could lie about.

        Args:
            data: Bytes of the key.
            are_tables_known: Whether somebody has checked the contents of the tables already, which
                takes this reference seconds a table.

        Raises:
            ProofRejected: malformed_key.
        """
        try:
            return cls._decode(data, are_tables_known=are_tables_known)
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
        seal: SealPart | None = None,
    ) -> Self:
        """Make a key from its parts; without the hash of a ceremony file it is a development key.

        Raises:
            ModulusError: A part is malformed or the parts do not belong together.
        """
        system = decode_system(system_bytes)
        schedule = decode_schedule(schedule_bytes)
        validate_schedule(schedule)
        _check_fixed_rows(schedule, len(points), is_sealed=seal is not None)
        _check_system(system, schedule)
        if encode_schedule(build_schedule(system, schedule.row_bits)) != schedule_bytes:
            raise ArtifactError("the schedule is not the one that the relation system compiles to")
        origin = (srs_hash is None, bytes(WORD_BYTES) if srs_hash is None else srs_hash)
        return cls(
            *origin,
            system_bytes,
            schedule_bytes,
            system,
            schedule,
            tau,
            points,
            seal,
            _digest(system_bytes, schedule_bytes, schedule, tau, points, origin, seal),
        )

    @classmethod
    def _decode(cls, data: bytes, *, are_tables_known: bool) -> Self:
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
            openings = [
                decode_point(reader.raw(POINT_LENGTH)) if reader.flag() else None for _ in range(2)
            ]
        except (InvalidPointError, NonCanonicalError) as error:
            raise reader.fail(str(error)) from error
        seal = _read_seal(reader) if reader.flag() else None
        reader.end()
        # Attack: with tau = 1 every opening equation degenerates.
        if tau == TWIST_GENERATOR:
            raise reader.fail("tau is one")
        key = cls.build(
            system_bytes,
            schedule_bytes,
            tau,
            points,
            srs_hash=None if development else srs_hash,
            seal=seal,
        )
        for opening, kind in zip(openings, (Role.TABLE, Role.WEIGHT), strict=True):
            if opening is not None and not key.schedule.rows_of(kind):
                raise ArtifactError("an opening of rows that are not there")
        if not are_tables_known:
            check_tables(key.system, key.schedule, points, tau, openings[0], key.digest)
        return replace(key, table_opening=openings[0], weight_opening=openings[1])

    def encode(self) -> bytes:
        """Canonical bytes."""
        writer = Writer()
        writer.raw(KEY_MAGIC)
        writer.number("H", KEY_VERSION)
        writer.number("B", self.declared_development)
        writer.raw(self.srs_hash)
        writer.blob(self.system_bytes)
        writer.blob(self.schedule_bytes)
        writer.raw(encode_twist_point(self.tau))
        writer.sequence(self.points, lambda point: writer.raw(encode_point(point)))
        for opening in (self.table_opening, self.weight_opening):
            writer.number("B", opening is not None)
            writer.raw(b"" if opening is None else encode_point(opening))
        writer.number("B", self.seal is not None)
        if self.seal is not None:
            writer.raw(self.seal.circuit_hash)
            writer.raw(self.seal.groth16.encode())
            writer.raw(self.seal.evidence)
            writer.blob(self.seal.setup)
        return writer.finish()


def _read_seal(reader: Reader) -> SealPart:
    circuit_hash = reader.raw(WORD_BYTES)
    groth16 = Groth16Key.decode(reader.raw(GROTH16_KEY_LENGTH))
    return SealPart(circuit_hash, groth16, reader.raw(EVIDENCE_LENGTH), reader.blob())


def srs_identity(tau: TwistAffine) -> bytes:
    """Return the identity of powers of tau, whatever their number."""
    return digest("modulus.srs.1", encode_twist_point(tau))


def _check_fixed_rows(schedule: Schedule, points: int, *, is_sealed: bool) -> None:
    if schedule.rows_of(Role.PORT) and not is_sealed:
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
        if not public.has_sound_scales:
            raise ArtifactError(
                f"public tensor {public.name!r} has the scale {public.scale}, or columns"
            )
        if math.prod(public.shape) != math.prod(system.tensors[public.tensor].shape):
            raise ArtifactError(f"public tensor {public.name!r} has another number of values")


def _digest(
    system_bytes: bytes,
    schedule_bytes: bytes,
    schedule: Schedule,
    tau: TwistAffine,
    points: tuple[Affine, ...],
    origin: tuple[bool, bytes],
    seal: SealPart | None,
) -> int:
    """VKD; the words of circuit and Groth16 key are zero in a key without a seal."""
    development, srs_hash = origin
    row_kinds = bytes(ROW_KINDS.index(kind) for kind in schedule.row_kinds)
    return truncated(
        digest(
            "modulus.vk.1",
            keccak256(system_bytes),
            keccak256(schedule_bytes),
            word(1 << schedule.row_bits),
            word(len(schedule.row_kinds)),
            keccak256(row_kinds),
            srs_identity(tau),
            keccak256(bytes([development]) + srs_hash),
            word(0) if seal is None else seal.circuit_hash,
            word(0) if seal is None else keccak256(seal.groth16.encode()),
            *map(encode_point, points),
        )
    )
