"""Claims dropped, reordered and replaced, each told consistently from there on."""

from collections.abc import Callable, Iterator

import pytest

from modulus import _native
from modulus.errors import ProofRejected, RejectionReason
from modulus.reference.proof import decode_proof
from tests.attacks.harness import CONTEXT, native_verdict, rich_key, verdict
from tests.support.rich_system import rich_arrays
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import FrozenTranscript

R = RejectionReason
Change = Callable[[list[int]], list[int]]
STAGES = 1 + len(rich_key().schedule.steps)


def swapped(values: list[int]) -> list[int]:
    """The first two claims that differ, in each other's place."""
    other = next(i for i, value in enumerate(values) if value != values[0])
    values[0], values[other] = values[other], values[0]
    return values


def reversed_order(values: list[int]) -> list[int]:
    return values[::-1]


def shifted(values: list[int]) -> list[int]:
    """The first one dropped, the others moved up, the last one said twice."""
    return [*values[1:], values[-1]]


def zeroed(values: list[int]) -> list[int]:
    """One that is not zero replaced by nothing."""
    place = next(i for i, value in enumerate(values) if value)
    return [*values[:place], 0, *values[place + 1 :]]


def applied(change: Change, label: str) -> SlowProver:
    def alter(name: str, values: list[int]) -> list[int]:
        return change(list(values)) if name == label else values

    return SlowProver(rich_key(), rich_arrays(), alter=alter)


CHANGES: list[Change] = [swapped, reversed_order, shifted, zeroed]


def cases() -> Iterator[tuple[int, Change]]:
    """All changes of all stages; a claim alone in its stage can only be replaced."""
    for stage in range(STAGES):
        alone = len(rich_key().schedule.claims_of_stage(stage)) == 1
        yield from ((stage, change) for change in ([zeroed] if alone else CHANGES))


@pytest.mark.parametrize(("stage", "change"), cases())
def test_reordered_claims_are_rejected(stage: int, change: Change) -> None:
    proof = applied(change, f"claims {stage}").prove()
    reason = R.STEP_FAILED if stage else R.ZERO_CHECK_FAILED
    if stage == STAGES - 1 and change in (swapped, reversed_order):
        # Two factors of one product: it is the commitments that tell them apart.
        reason = R.REDUCTION_FAILED
    assert verdict(rich_key(), proof) is reason
    assert native_verdict(rich_key(), proof) == reason


@pytest.mark.parametrize("change", CHANGES)
def test_reordered_row_values_are_rejected(change: Change) -> None:
    proof = applied(change, "rows").prove()
    assert verdict(rich_key(), proof) is R.REDUCTION_FAILED
    assert native_verdict(rich_key(), proof) == R.REDUCTION_FAILED


@pytest.mark.parametrize("count", [1, 2, 30])
def test_dropped_claims_change_the_length(count: int) -> None:
    """How many claims there are is the schedule's word, never the proof's."""
    key = rich_key()
    encoded = SlowProver(key, rich_arrays()).prove().encode(key.schedule)
    claims = len(key.schedule.claims) + 2 * key.schedule.row_bits + len(key.schedule.row_kinds) + 4
    start = len(encoded) - 32 * claims
    dropped = encoded[:start] + encoded[start + 32 * count :]
    with pytest.raises(ProofRejected) as caught:
        decode_proof(dropped, key.schedule, key.digest)
    assert caught.value.reason is R.MALFORMED_PROOF
    with pytest.raises(ProofRejected) as native:
        _native.verify(key.encode(), dropped, CONTEXT)
    assert native.value.reason is R.MALFORMED_PROOF


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("stage 0 round 4", R.ZERO_CHECK_FAILED),
        ("claims 0", R.ZERO_CHECK_FAILED),
        ("stage 1 round 2", R.STEP_FAILED),
        ("claims 1", R.STEP_FAILED),
        ("stage 2 round 0", R.STEP_FAILED),
        ("claims 2", R.STEP_FAILED),
        ("reduction round 7", R.REDUCTION_FAILED),
        ("rows", R.REDUCTION_FAILED),
        ("openings", R.OPENING_IDENTITY_FAILED),
    ],
)
def test_a_prover_that_goes_on_after_a_false_message_is_caught(
    label: str, reason: RejectionReason
) -> None:
    proof = applied(lambda values: [values[0] + 1, *values[1:]], label).prove()
    assert verdict(rich_key(), proof) is reason
    assert native_verdict(rich_key(), proof) == reason


def test_reordered_claims_pass_with_frozen_challenges_only() -> None:
    """The factors of a product in each other's place: the step holds, the reduction is forged."""
    key = rich_key()
    prover = applied(swapped, f"claims {STAGES - 1}")
    prover.transcript, prover.forge = FrozenTranscript(), True
    proof = prover.prove()
    assert verdict(key, proof, FrozenTranscript()) is None
    assert verdict(key, proof) is not None
    assert native_verdict(key, proof) is not None
