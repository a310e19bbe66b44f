"""Outputs that the model does not compute: the transcript is recomputed, the relations are not."""

from collections.abc import Callable

import pytest

from modulus.errors import RejectionReason
from tests.attacks.harness import Arrays, Lie, check_frozen, check_rejected
from tests.attacks.small import (
    ACC,
    B1,
    CHANNELS,
    LOGITS,
    M1,
    N_,
    P_,
    POSITIONS,
    W1,
    WINDOW,
    Y,
    finished,
    requantised,
    with_changes,
)
from tests.support.small_system import SHIFT, small_arrays

R = RejectionReason


def another_output() -> Arrays:
    """The output alone."""
    return with_changes(y=1)


def another_output_and_its_sum() -> Arrays:
    """The output and the virtual tensor that it is compared with."""
    arrays = small_arrays()
    arrays[Y][1] += 1
    arrays[LOGITS][1] += 1
    return arrays


def quotient_that_does_not_fit() -> Arrays:
    return with_changes(n=1)


def both_parts_of_a_relu() -> Arrays:
    """Both parts of a ReLU at once, each in its range."""
    arrays = small_arrays()
    arrays[P_][0] += 5
    arrays[N_][0] += 5
    return finished(arrays)


def false_accumulator() -> Arrays:
    """An accumulator that fits what follows, but not the convolution."""
    arrays = small_arrays()
    place = next(i for i, value in enumerate(arrays[P_]) if value > 1)
    arrays[ACC][place] += 1 << SHIFT
    arrays[P_][place] += arrays[M1][place // POSITIONS]
    return finished(arrays)


def false_view() -> Arrays:
    """A view that shows the convolution another input; all that follows is computed from it."""
    arrays = small_arrays()
    arrays[WINDOW][1] += 1
    for channel in range(CHANNELS):
        place = channel * POSITIONS + 1
        arrays[ACC][place] += arrays[W1][channel * 6]
        requantised(arrays, place)
    return finished(arrays)


def another_input() -> Arrays:
    """The committed input, after everything was computed from the true one."""
    return with_changes(x=1)


def another_bias() -> Arrays:
    """Weights that are not the committed ones, and the outputs that follow from them."""
    arrays = small_arrays()
    arrays[B1][0] += 1 << SHIFT
    for place in range(POSITIONS):
        requantised(arrays, place)
    return finished(arrays)


LIES: dict[Callable[[], Arrays], RejectionReason] = {
    another_output: R.ZERO_CHECK_FAILED,
    another_output_and_its_sum: R.STEP_FAILED,
    quotient_that_does_not_fit: R.ZERO_CHECK_FAILED,
    both_parts_of_a_relu: R.ZERO_CHECK_FAILED,
    false_accumulator: R.STEP_FAILED,
    false_view: R.STEP_FAILED,
    another_input: R.STEP_FAILED,
}


@pytest.mark.parametrize("lie", LIES)
def test_a_wrong_output_with_a_recomputed_transcript_is_rejected(
    lie: Callable[[], Arrays],
) -> None:
    check_rejected(Lie(LIES[lie], lie()))


@pytest.mark.parametrize("lie", LIES)
def test_a_wrong_output_passes_with_frozen_challenges_only(lie: Callable[[], Arrays]) -> None:
    check_frozen(Lie(LIES[lie], lie()))


def test_other_weights_than_the_committed_ones_are_rejected() -> None:
    check_rejected(Lie(R.PAIRING_FAILED, another_bias()))
