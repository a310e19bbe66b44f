"""Rows of weights in each other's place, in the key and in the prover's hands."""

from dataclasses import replace

from modulus.errors import RejectionReason
from modulus.reference.key import VerifyingKey
from modulus.relations.system import Role
from tests.attacks.harness import native_verdict, verdict
from tests.attacks.small import W2, finished
from tests.support.slow_prover import SlowProver
from tests.support.small_system import small_arrays
from tests.unit.reference.small_proof import small_key

R = RejectionReason
ROW_BITS = 5
"""Rows of 32 slots: w2 has a row for each of its three classes and one of padding."""
SIZE = 18


def key() -> VerifyingKey:
    made = small_key(ROW_BITS)
    placed = made.schedule.tensors[W2]
    assert placed.bits == ROW_BITS + 2
    assert made.schedule.row_kinds[placed.row] is Role.WEIGHT
    return made


def swapped(made: VerifyingKey) -> VerifyingKey:
    """The commitments to the first two classes of w2 in each other's place."""
    points = list(made.points)
    row = made.schedule.tensors[W2].row
    assert points[row] != points[row + 1]
    points[row], points[row + 1] = points[row + 1], points[row]
    return VerifyingKey.build(made.system_bytes, made.schedule_bytes, made.tau, tuple(points))


def with_swapped_classes() -> dict[int, list[int]]:
    """What the model with swapped rows computes: two outputs in each other's place."""
    arrays = small_arrays()
    w2 = arrays[W2]
    arrays[W2] = [*w2[SIZE : 2 * SIZE], *w2[:SIZE], *w2[2 * SIZE :]]
    return finished(arrays)


def test_a_swapped_weight_row_in_the_witness_is_rejected() -> None:
    """All relations hold of the swapped weights; only the commitments are those of the key."""
    proof = SlowProver(key(), with_swapped_classes()).prove()
    assert verdict(key(), proof) is R.PAIRING_FAILED
    assert native_verdict(key(), proof) == R.PAIRING_FAILED


def test_a_swapped_weight_row_is_another_model() -> None:
    """An honest proof of the swapped model, passed off as one of the original."""
    other = swapped(key())
    proof = SlowProver(other, with_swapped_classes()).prove()
    assert verdict(other, proof) is None
    assert other.digest != key().digest
    named = replace(proof, verifying_key_digest=key().digest)
    assert verdict(key(), named) is R.ZERO_CHECK_FAILED
    assert native_verdict(key(), named) == R.ZERO_CHECK_FAILED


def test_a_swapped_weight_row_fails_even_where_the_digest_is_the_same() -> None:
    """The digest aside, the rows are opened in their order: rho tells them apart."""
    forged = replace(swapped(key()), digest=key().digest)
    proof = SlowProver(key(), small_arrays()).prove()
    assert verdict(key(), proof) is None
    assert verdict(forged, proof) is R.PAIRING_FAILED
