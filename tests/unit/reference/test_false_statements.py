"""False statements: rejected for the right reason, and by nothing but the challenges.

The frozen-challenge rule: whoever knows all challenges beforehand can prove anything, so with a
frozen transcript the forged proof passes; with the real transcript the same proof fails. That shows
that the statement is false in the way intended and that no test passes by accident.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from modulus.errors import ProofRejected, RejectionReason
from modulus.reference.replay import new_transcript
from modulus.reference.verify import verify_decoded
from tests.support.dense import inside
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import FrozenTranscript
from tests.support.small_system import SHIFT, small_arrays
from tests.unit.reference.small_proof import small_key

R = RejectionReason
CONTEXT = bytes(32)
X, W1, M1, B1, WINDOW, ACC, P_, N_, REST, W2, LOGITS, Y = range(12)
MULTIPLICITY_OF_RANGE12 = 12


@dataclass
class Lie:
    reason: RejectionReason
    arrays: Mapping[int, Sequence[int]] = field(default_factory=small_arrays)
    slots: Mapping[tuple[int, int], int] = field(default_factory=dict)
    public: Sequence[Sequence[int]] | None = None


def with_changes(**changes: int) -> dict[int, list[int]]:
    """The execution with amounts added to the first value of some tensors."""
    arrays = small_arrays()
    numbers = {"x": X, "window": WINDOW, "acc": ACC, "n": N_, "r": REST, "y": Y}
    for name, amount in changes.items():
        arrays[numbers[name]][0] += amount
    return arrays


def finished(arrays: dict[int, list[int]]) -> dict[int, list[int]]:
    """Recompute the outputs from changed activations."""
    size = len(arrays[P_])
    arrays[LOGITS] = [
        sum(w * p for w, p in zip(arrays[W2][k : k + size], arrays[P_], strict=True))
        for k in range(0, 3 * size, size)
    ]
    arrays[Y] = list(arrays[LOGITS])
    return arrays


def large_remainder() -> dict[int, list[int]]:
    """Any remainder gives some quotient: one unit less of the quotient, 2^s more remainder."""
    arrays = small_arrays()
    place = next(i for i, value in enumerate(arrays[P_]) if value > 1)
    arrays[P_][place] -= 1
    arrays[REST][place] += 1 << SHIFT
    return finished(arrays)


def negative_part() -> dict[int, list[int]]:
    """A ReLU that lets a negative value through: p and n swap their signs and places."""
    arrays = small_arrays()
    place = next(i for i, value in enumerate(arrays[N_]) if value > 0)
    arrays[P_][place], arrays[N_][place] = -arrays[N_][place], 0
    return finished(arrays)


def both_parts() -> dict[int, list[int]]:
    """Both parts of a ReLU at once, each in its range."""
    arrays = small_arrays()
    arrays[P_][0] += 5
    arrays[N_][0] += 5
    return finished(arrays)


def false_accumulator() -> dict[int, list[int]]:
    """An accumulator that fits what follows, but not the convolution."""
    arrays = small_arrays()
    place = next(i for i, value in enumerate(arrays[P_]) if value > 1)
    channel_multiplier = arrays[M1][place // 6]
    arrays[ACC][place] += 1 << SHIFT
    arrays[P_][place] += channel_multiplier
    return finished(arrays)


def false_window() -> dict[int, list[int]]:
    """A view that shows the convolution another input."""
    arrays = small_arrays()
    arrays[WINDOW][1] += 1
    for channel in range(3):
        arrays[ACC][channel * 6 + 1] += arrays[W1][channel * 6]
        total = arrays[M1][channel] * arrays[ACC][channel * 6 + 1] + arrays[B1][channel]
        quotient, rest = total >> SHIFT, total & ((1 << SHIFT) - 1)
        arrays[P_][channel * 6 + 1] = max(quotient, 0)
        arrays[N_][channel * 6 + 1] = max(-quotient, 0)
        arrays[REST][channel * 6 + 1] = rest
    return finished(arrays)


def padding_slot(tensor: int) -> tuple[int, int]:
    shape = small_key().schedule.tensors[tensor].shape
    members = set(inside(shape))
    return tensor, next(i for i in range(max(members) + 2) if i not in members)


def other_public() -> list[list[int]]:
    arrays = small_arrays()
    return [arrays[X], [arrays[Y][0] + 1, *arrays[Y][1:]]]


LIES = {
    "another output": lambda: Lie(R.ZERO_CHECK_FAILED, with_changes(y=1)),
    "a quotient that does not fit": lambda: Lie(R.ZERO_CHECK_FAILED, with_changes(n=1)),
    "both parts of a relu": lambda: Lie(R.ZERO_CHECK_FAILED, both_parts()),
    "a false accumulator": lambda: Lie(R.STEP_FAILED, false_accumulator()),
    "a false view": lambda: Lie(R.STEP_FAILED, false_window()),
    "another input than the view's": lambda: Lie(R.STEP_FAILED, with_changes(x=1)),
    "a remainder of 2^s": lambda: Lie(R.REDUCTION_FAILED, large_remainder()),
    "a negative quotient": lambda: Lie(R.REDUCTION_FAILED, negative_part()),
    "a false multiplicity": lambda: Lie(
        R.REDUCTION_FAILED, slots={(MULTIPLICITY_OF_RANGE12, 3): 9}
    ),
    "a padding slot": lambda: Lie(R.REDUCTION_FAILED, slots={padding_slot(REST): 1}),
    "a padding slot of an input": lambda: Lie(R.REDUCTION_FAILED, slots={padding_slot(X): 1}),
    "public values that are not committed": lambda: Lie(R.REDUCTION_FAILED, public=other_public()),
}


def prover(lie: Lie, **options: Any) -> SlowProver:
    return SlowProver(small_key(), lie.arrays, slots=lie.slots, public=lie.public, **options)


@pytest.mark.parametrize("name", LIES)
def test_a_false_statement_is_rejected_with_its_reason(name: str) -> None:
    lie = LIES[name]()
    key = small_key()
    with pytest.raises(ProofRejected) as caught:
        verify_decoded(key, prover(lie).prove(), CONTEXT, new_transcript(key.schedule))
    assert caught.value.reason is lie.reason


@pytest.mark.parametrize("name", LIES)
def test_with_frozen_challenges_it_passes_and_only_then(name: str) -> None:
    lie = LIES[name]()
    key = small_key()
    proof = prover(lie, transcript=FrozenTranscript(), forge=True).prove()
    verify_decoded(key, proof, CONTEXT, FrozenTranscript())
    with pytest.raises(ProofRejected):
        verify_decoded(key, proof, CONTEXT, new_transcript(key.schedule))


@pytest.mark.parametrize("name", LIES)
def test_without_forging_frozen_challenges_do_not_help(name: str) -> None:
    lie = LIES[name]()
    proof = prover(lie, transcript=FrozenTranscript()).prove()
    with pytest.raises(ProofRejected) as caught:
        verify_decoded(small_key(), proof, CONTEXT, FrozenTranscript())
    assert caught.value.reason is lie.reason


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
    def alter(name: str, values: list[int]) -> list[int]:
        return [values[0] + 1, *values[1:]] if name == label else values

    key = small_key()
    proof = SlowProver(key, small_arrays(), alter=alter).prove()
    with pytest.raises(ProofRejected) as caught:
        verify_decoded(key, proof, CONTEXT, new_transcript(key.schedule))
    assert caught.value.reason is reason
