"""How a malicious prover is put to the test.

The frozen-challenge rule: whoever knows all challenges beforehand can prove anything, so with
frozen challenges the forged proof passes; with the real transcript the same proof fails. That shows
that the statement is false in the way intended, and that no test passes by accident.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from modulus import _native
from modulus.errors import ProofRejected, RejectionReason
from modulus.reference.key import VerifyingKey
from modulus.reference.proof import TransparentProof
from modulus.reference.replay import Transcript, new_transcript
from modulus.reference.twist import TWIST_GENERATOR, twist_multiply
from modulus.reference.verify import verify_decoded
from modulus.relations.codec import encode_system
from modulus.relations.system import RelationSystem, Role
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import encode_schedule
from tests.support.dense import P, inside
from tests.support.rich_system import rich_arrays, rich_system
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import TAU, FrozenTranscript, commit, dense_rows, dense_tables
from tests.unit.reference.small_proof import small_key

CONTEXT = bytes(32)
RICH_ROW_BITS = 10

Arrays = dict[int, list[int]]
Slots = Mapping[tuple[int, int], int]
"""Values of single slots, by tensor and index in its padded block."""


@dataclass
class Lie:
    """A false statement about a model, and the check that is there to notice it."""

    reason: RejectionReason
    arrays: Mapping[int, Sequence[int]]
    slots: Slots = field(default_factory=dict)
    public: Sequence[Sequence[int]] | None = None
    """Stated public values, if not those of the arrays."""
    key: VerifyingKey = field(default_factory=small_key)

    def prover(self, **options: Any) -> SlowProver:
        return SlowProver(self.key, self.arrays, slots=self.slots, public=self.public, **options)


def verdict(
    key: VerifyingKey, proof: TransparentProof, transcript: Transcript | None = None
) -> RejectionReason | None:
    """The reason of a rejection, or None; by default with the real transcript."""
    try:
        verify_decoded(key, proof, CONTEXT, transcript or new_transcript(key.schedule))
    except ProofRejected as rejected:
        return rejected.reason
    return None


def native_verdict(key: VerifyingKey, proof: TransparentProof) -> str | None:
    """The native verifier's reason."""
    try:
        _native.verify(key.encode(), proof.encode(key.schedule), CONTEXT)
    except ProofRejected as rejected:
        return rejected.reason
    return None


def check_rejected(lie: Lie) -> None:
    """The lie, told as well as can be with the real transcript, is rejected for its reason."""
    proof = lie.prover().prove()
    assert verdict(lie.key, proof) is lie.reason
    assert native_verdict(lie.key, proof) == lie.reason


def check_frozen(lie: Lie) -> None:
    """The frozen-challenge rule, and that frozen challenges alone do not help."""
    proof = lie.prover(transcript=FrozenTranscript(), forge=True).prove()
    assert verdict(lie.key, proof, FrozenTranscript()) is None
    assert verdict(lie.key, proof) is not None
    assert native_verdict(lie.key, proof) is not None
    honest_messages = lie.prover(transcript=FrozenTranscript()).prove()
    assert verdict(lie.key, honest_messages, FrozenTranscript()) is lie.reason


def key_with_slots(
    system: RelationSystem, arrays: Mapping[int, Sequence[int]], row_bits: int, slots: Slots
) -> VerifyingKey:
    """A key of a malicious owner, who commits to what `make_key` never would."""
    schedule = build_schedule(system, row_bits)
    tables = dense_tables(schedule, arrays)
    for (tensor, index), value in slots.items():
        tables[tensor][index] = value % P
    rows = dense_rows(schedule, tables, (Role.TABLE, Role.WEIGHT))
    tau = twist_multiply(TWIST_GENERATOR, TAU)
    assert tau is not None
    points = tuple(commit(row, TAU) for row in rows)
    return VerifyingKey.build(encode_system(system), encode_schedule(schedule), tau, points)


def padding_slots(key: VerifyingKey, tensor: int) -> list[int]:
    """Indices of a tensor's block outside its shape."""
    placed = key.schedule.tensors[tensor]
    members = set(inside(placed.shape))
    return [index for index in range(1 << placed.bits) if index not in members]


def multiplicities(key: VerifyingKey, table: int) -> int:
    """Number of the tensor that counts how often each row of a table is looked up."""
    return key.schedule.claims[key.schedule.tables[table].multiplicity_claim].tensor


@cache
def rich_key() -> VerifyingKey:
    return key_with_slots(rich_system(), rich_arrays(), RICH_ROW_BITS, {})
