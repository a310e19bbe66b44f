"""Verification by the native core. Imports no numerical or machine-learning package."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle
from math import prod
from typing import Self

from modulus._native import srs_id, verifying_key_digest
from modulus._native import verify as verify_natively
from modulus.commitments import POINT_BYTES, Commitment
from modulus.errors import ArtifactError, CeremonyError, ProofRejected, RejectionReason
from modulus.keycheck import check_key, check_schedule, check_setup
from modulus.powers_of_tau import PowersOfTau, believed
from modulus.relations.codec import decode_system
from modulus.relations.system import Public, RelationSystem, Role
from modulus.relations.wire import Reader, Writer
from modulus.schedule.codec import decode_schedule
from modulus.schedule.model import Schedule

KEY_MAGIC = b"MODULUS.VKEY\0\0\0\0"
KEY_VERSION = 2
PROOF_MAGIC = b"MODULUS.PROOF\0\0\0"
PROOF_VERSION = 1
CONTEXT_BYTES = 32
TAU_BYTES = 128
DIGEST_BYTES = 32
GROTH16_KEY_BYTES = 576
EVIDENCE_BYTES = 512
MODE_TRANSPARENT = 0
MODE_SEALED = 1

_WIDTH_FORMATS = {1: "b", 2: "h", 4: "i", 8: "q"}


@dataclass(frozen=True)
class SealPart:
    """What sealed proofs need of a key (docs/spec/seal.md, section 2)."""

    circuit_hash: bytes
    groth16: bytes = field(repr=False)
    """alpha, beta, delta and IC0 .. IC3."""
    evidence: bytes = field(repr=False)
    """Shows that these points belong to the circuit (section 7)."""
    setup: bytes = field(default=b"", repr=False)
    """Transcript of the setup's ceremony (docs/spec/ceremony.md); empty for a local one."""


@dataclass(frozen=True)
class VerifyingKey:
    """What a verifier needs to know about one model (docs/spec/schedule.md, section 9)."""

    declared_development: bool
    """What the key says of itself; see `development`."""
    file_hash: bytes
    """Keccak-256 of the ceremony file; zeros for development."""
    system_bytes: bytes = field(repr=False)
    schedule_bytes: bytes = field(repr=False)
    tau_g2: bytes = field(repr=False)
    points: tuple[bytes, ...] = field(repr=False)
    """Commitments to the rows of tables and weights."""
    seal: SealPart | None = None
    table_opening: bytes | None = field(default=None, repr=False)
    """Shows that the rows of tables hold what the relations say (section 10)."""
    weight_opening: bytes | None = field(default=None, repr=False)
    """Shows what the rows of weights hold to whoever has the model; only where they are public."""

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        writer = Writer()
        writer.raw(KEY_MAGIC)
        writer.number("H", KEY_VERSION)
        writer.number("B", self.declared_development)
        writer.raw(self.file_hash)
        writer.blob(self.system_bytes)
        writer.blob(self.schedule_bytes)
        writer.raw(self.tau_g2)
        writer.sequence(self.points, writer.raw)
        for opening in (self.table_opening, self.weight_opening):
            writer.number("B", opening is not None)
            writer.raw(opening or b"")
        writer.number("B", self.seal is not None)
        if self.seal is not None:
            writer.raw(self.seal.circuit_hash)
            writer.raw(self.seal.groth16)
            writer.raw(self.seal.evidence)
            writer.blob(self.seal.setup)
        return writer.finish()

    @classmethod
    def decode(cls, data: bytes, name: str = "verifying key") -> Self:
        """Read a verifying key and check that its schedule is the one of its relations.

        Raises:
            ArtifactError: The bytes are not such a key.
            ProofRejected: malformed_key, its parts contradict each other.
        """
        reader = Reader(data, name)
        reader.magic(KEY_MAGIC, KEY_VERSION)
        key = cls(
            declared_development=reader.flag(),
            file_hash=reader.raw(DIGEST_BYTES),
            system_bytes=reader.blob(),
            schedule_bytes=reader.blob(),
            tau_g2=reader.raw(TAU_BYTES),
            points=reader.sequence(lambda: reader.raw(POINT_BYTES)),
            table_opening=reader.raw(POINT_BYTES) if reader.flag() else None,
            weight_opening=reader.raw(POINT_BYTES) if reader.flag() else None,
            seal=_read_seal(reader) if reader.flag() else None,
        )
        reader.end()
        check_schedule(key.system_bytes, key.schedule_bytes)
        return key

    @cached_property
    def system(self) -> RelationSystem:
        """The relations of the model."""
        return decode_system(self.system_bytes)

    @cached_property
    def schedule(self) -> Schedule:
        """The schedule that proofs follow."""
        return decode_schedule(self.schedule_bytes)

    @cached_property
    def digest(self) -> bytes:
        """The model's identity, which every proof names."""
        return verifying_key_digest(self.encode())

    @cached_property
    def srs_id(self) -> bytes:
        """Identity of the powers of tau."""
        return srs_id(self.tau_g2)

    @property
    def development(self) -> bool:
        """Whether somebody may know a secret with which to forge proofs; see `setup_doubt`."""
        return self.setup_doubt is not None

    @cached_property
    def setup_doubt(self) -> str | None:
        """Why proofs for this key might be forged by whoever made its setup, if they might.

        Judged by the ceremonies that this package knows and those that the user trusts.
        """
        return self.doubt(believed())

    @property
    def powers_of_tau(self) -> PowersOfTau | None:
        """The ceremony of its powers of tau, if the package knows or the user trusts one."""
        return self._origin(believed())

    def doubt(self, ceremonies: Iterable[PowersOfTau]) -> str | None:
        """Why proofs might be forged by whoever made the setup, if only these ceremonies count.

        Attack: the key's own word is worth nothing here, it may come from the forger.
        """
        if self.declared_development:
            return "development powers of tau: whoever generated them could forge proofs"
        origin = self._origin(ceremonies)
        if origin is None:
            return (
                "powers of tau that are on no list of known ceremonies: make sure that they come "
                f"from the ceremony file with the Keccak-256 hash {self.file_hash.hex()}"
            )
        if self.seal is None:
            return None
        if not self.seal.setup:
            return "a development setup of the seal: whoever made it could forge proofs"
        alpha = self.seal.groth16[:POINT_BYTES]
        beta = self.seal.groth16[POINT_BYTES : POINT_BYTES + TAU_BYTES]
        # Attack: alpha and beta of one's own open the seal, whatever was contributed to delta.
        if (alpha.hex(), beta.hex()) != (origin.alpha_g1, origin.beta_g2):
            return f"a setup of the seal with another alpha and beta than those of {origin.name}"
        try:
            check_setup(self)
        except CeremonyError as error:
            return f"a setup of the seal that does not verify: {error.what}"
        return None

    def _origin(self, ceremonies: Iterable[PowersOfTau]) -> PowersOfTau | None:
        tau_g2 = self.tau_g2.hex()
        return next((entry for entry in ceremonies if entry.tau_g2 == tau_g2), None)


@dataclass(frozen=True, slots=True)
class PublicTensor:
    """A public tensor of a proof: integers in C order.

    Real value = scale * factor of its column * integer.
    """

    name: str
    is_output: bool
    shape: tuple[int, ...]
    scale: float
    integers: tuple[int, ...]
    columns: tuple[float, ...] = ()
    """Factors of the scale, one per index of the last axis; none where all are one."""

    @property
    def reals(self) -> tuple[float, ...]:
        """The real numbers that the integers stand for, in C order."""
        factors = cycle(self.columns or (1.0,))
        return tuple(
            self.scale * factor * integer
            for factor, integer in zip(factors, self.integers, strict=False)
        )


@dataclass(frozen=True, slots=True)
class CommittedTensor:
    """A committed input or output of a proof."""

    name: str
    is_output: bool
    commitment: Commitment


@dataclass(frozen=True, slots=True)
class ProofHeader:
    """What can be read of a proof without verifying it: claims, not facts."""

    claimed_key_digest: bytes
    transparent: bool
    claimed_public_bytes: bytes
    claimed_commitments: bytes
    """64 bytes a row; none in a transparent proof."""
    length: int


def verify(
    key: VerifyingKey, proof: bytes, context: bytes = bytes(CONTEXT_BYTES)
) -> list[PublicTensor]:
    """Check the key, verify a proof of either form, and return its public values, inputs first.

    Raises:
        ProofRejected: With the reason.
        ArtifactError: The context is too long.
    """
    check_key(key)
    public = verify_natively(key.encode(), proof, padded_context(context))
    return unpack_public(key.system.public, public)


def commitments(key: VerifyingKey, proof: bytes) -> list[CommittedTensor]:
    """Return the committed inputs and outputs of a proof that has been verified.

    Raises:
        ProofRejected: The proof has other commitments than the key, so it was not verified.
    """
    data = read_header(proof).claimed_commitments
    points = [data[start : start + POINT_BYTES] for start in range(0, len(data), POINT_BYTES)]
    schedule = key.schedule
    first = list(schedule.row_kinds).index(Role.PORT) if key.system.committed else 0
    if len(points) != schedule.rows_of(Role.PORT):
        raise ProofRejected(
            RejectionReason.MALFORMED_PROOF, where="commitments", detail="their number is wrong"
        )
    found = []
    for port in key.system.committed:
        tensor = schedule.tensors[port.tensor]
        start = tensor.row - first
        rows = points[start : start + (1 << max(tensor.bits - schedule.row_bits, 0))]
        made = Commitment(tuple(rows), tensor.shape, port.scale, key.srs_id)
        found.append(CommittedTensor(port.name, port.is_output, made))
    return found


def check_expected(
    found: Sequence[CommittedTensor], expected: Mapping[str, Commitment] | Commitment
) -> None:
    """Check commitments that the verifier expects; one without a name is the only one.

    Raises:
        ProofRejected: other_commitment.
    """
    held = {tensor.name: tensor.commitment for tensor in found}
    if isinstance(expected, Commitment):
        expected = dict.fromkeys(held, expected) if len(held) == 1 else {"": expected}
    for name, commitment in expected.items():
        if held.get(name) != commitment:
            raise ProofRejected(
                RejectionReason.OTHER_COMMITMENT,
                where=f"committed tensor {name}" if name else "committed tensors",
                detail="it is not the expected one"
                if name in held
                else f"name the expected one: the proof has {', '.join(held) or 'none'}",
            )


def padded_context(context: bytes) -> bytes:
    """Return a context of 32 bytes: shorter ones are filled with zeros on the right.

    Raises:
        ArtifactError: It is longer than 32 bytes.
    """
    if len(context) > CONTEXT_BYTES:
        raise ArtifactError(
            f"the context has {len(context)} bytes, at most {CONTEXT_BYTES} are possible",
            hint="hash what the proof shall be bound to and pass the digest",
        )
    return context.ljust(CONTEXT_BYTES, b"\0")


def unpack_public(public: list[Public], data: bytes) -> list[PublicTensor]:
    """Split the packed public bytes into tensors.

    Raises:
        ProofRejected: The bytes do not have the length of the tensors.
    """
    tensors = []
    position = 0
    for item in public:
        count = prod(item.shape)
        end = position + count * item.width
        if end > len(data):
            break
        values = struct.unpack(f">{count}{_WIDTH_FORMATS[item.width]}", data[position:end])
        tensors.append(
            PublicTensor(item.name, item.is_output, item.shape, item.scale, values, item.columns)
        )
        position = end
    if len(tensors) != len(public) or position != len(data):
        raise ProofRejected(
            RejectionReason.MALFORMED_PROOF, where="public values", detail="their length is wrong"
        )
    return tensors


def read_header(proof: bytes) -> ProofHeader:
    """Read what a proof claims to be.

    Raises:
        ArtifactError: The bytes do not begin like a proof.
    """
    reader = Reader(proof, "proof")
    reader.magic(PROOF_MAGIC, PROOF_VERSION)
    mode = reader.integer("B")
    if mode not in (MODE_TRANSPARENT, MODE_SEALED):
        raise reader.fail(f"mode {mode} is unknown to this version")
    is_transparent = mode == MODE_TRANSPARENT
    digest, public = reader.raw(DIGEST_BYTES), reader.blob()
    committed = b"" if is_transparent else reader.blob()
    return ProofHeader(digest, is_transparent, public, committed, len(proof))


def _read_seal(reader: Reader) -> SealPart:
    return SealPart(
        reader.raw(DIGEST_BYTES),
        reader.raw(GROTH16_KEY_BYTES),
        reader.raw(EVIDENCE_BYTES),
        reader.blob(),
    )
