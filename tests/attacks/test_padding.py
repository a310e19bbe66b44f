"""Slots outside shapes, which sums over whole blocks would count."""

from collections.abc import Callable

import pytest

from modulus.errors import RejectionReason
from tests.attacks.harness import Lie, check_frozen, check_rejected, key_with_slots, padding_slots
from tests.attacks.small import LOGITS, P_, REST, W2, X, Y
from tests.support.small_system import small_arrays, small_system
from tests.unit.reference.small_proof import ROW_BITS, small_key

R = RejectionReason
SIXTH_POSITION = 6
"""Index of the first padded slot in the rows of p and of w2."""


def trace_of_a_step() -> Lie:
    slot = padding_slots(small_key(), REST)[0]
    return Lie(R.REDUCTION_FAILED, small_arrays(), slots={(REST, slot): 1})


def trace_of_an_input() -> Lie:
    slot = padding_slots(small_key(), X)[-1]
    return Lie(R.REDUCTION_FAILED, small_arrays(), slots={(X, slot): 1})


def trace_that_cancels_out() -> Lie:
    """Two slots whose sum is zero: each has a weight of its own."""
    first, second, *_ = padding_slots(small_key(), P_)
    return Lie(R.REDUCTION_FAILED, small_arrays(), slots={(P_, first): 1, (P_, second): -1})


def trace_with_weights() -> Lie:
    """Weights in the padding meet a trace in the padding, and the output is off by their product.

    The sum runs over whole blocks, so that every sumcheck holds.
    """
    arrays = small_arrays()
    arrays[Y][0] += 5
    arrays[LOGITS][0] += 5
    weight, value = (W2, SIXTH_POSITION), (P_, SIXTH_POSITION)
    key = key_with_slots(small_system(), small_arrays(), ROW_BITS, {weight: 1})
    assert all(index in padding_slots(key, tensor) for tensor, index in (weight, value))
    return Lie(R.REDUCTION_FAILED, arrays, slots={weight: 1, value: 5}, key=key)


def weights_alone() -> Lie:
    weight = (W2, SIXTH_POSITION)
    key = key_with_slots(small_system(), small_arrays(), ROW_BITS, {weight: 1})
    return Lie(R.REDUCTION_FAILED, small_arrays(), slots={weight: 1}, key=key)


LIES = [
    trace_of_a_step,
    trace_of_an_input,
    trace_that_cancels_out,
    trace_with_weights,
    weights_alone,
]


@pytest.mark.parametrize("lie", LIES)
def test_non_zero_padding_is_rejected(lie: Callable[[], Lie]) -> None:
    check_rejected(lie())


@pytest.mark.parametrize("lie", LIES)
def test_non_zero_padding_passes_with_frozen_challenges_only(lie: Callable[[], Lie]) -> None:
    check_frozen(lie())
