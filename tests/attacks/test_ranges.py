"""Integers outside their ranges: in a field, any remainder belongs to some quotient."""

from collections.abc import Callable, Iterator
from itertools import combinations, product

import pytest

from modulus.errors import RejectionReason
from modulus.reference.field import SCALAR_MODULUS, inverse
from tests.attacks.harness import Arrays, Lie, check_frozen, check_rejected
from tests.attacks.small import ACC, B1, CLASSES, M1, N_, P_, POSITIONS, REST, W2, Y, finished
from tests.support.small_system import QUOTIENT_BITS, SHIFT, small_arrays

R = RejectionReason
UNIT = 1 << SHIFT


def remainder_too_large() -> Arrays:
    """One unit less of the quotient, 2^s more of the remainder."""
    arrays = small_arrays()
    place = next(i for i, value in enumerate(arrays[P_]) if value > 1)
    arrays[P_][place] -= 1
    arrays[REST][place] += UNIT
    return finished(arrays)


def remainder_below_zero() -> Arrays:
    arrays = small_arrays()
    place = next(i for i, value in enumerate(arrays[P_]) if value > 0)
    arrays[P_][place] += 1
    arrays[REST][place] -= UNIT
    return finished(arrays)


def quotient_below_zero() -> Arrays:
    """A ReLU that lets a negative value through: p and n swap their signs and places."""
    arrays = small_arrays()
    place = next(i for i, value in enumerate(arrays[N_]) if value > 0)
    arrays[P_][place], arrays[N_][place] = -arrays[N_][place], 0
    return finished(arrays)


def _shifts() -> Iterator[dict[int, int]]:
    """Changes of a few remainders, in range, under which all outputs change by integers."""
    honest = small_arrays()
    size = len(honest[P_])
    active = [place for place, value in enumerate(honest[P_]) if value > 0]
    for places in combinations(active, 4):
        spans = [range(-honest[REST][place], UNIT - honest[REST][place]) for place in places]
        columns = [[honest[W2][k * size + place] for place in places] for k in range(CLASSES)]
        for shift in product(*spans):
            sums = [sum(w * s for w, s in zip(column, shift, strict=True)) for column in columns]
            if any(sums) and all(total % UNIT == 0 for total in sums):
                yield dict(zip(places, shift, strict=True))


def quotient_out_of_range_with_its_remainder_in_range() -> Arrays:
    """Quotients that are fractions, remainders in range, and an integer that is a false output.

    If only remainders were looked up, nothing would be wrong with it.
    """
    arrays = small_arrays()
    for place, change in next(_shifts()).items():
        arrays[REST][place] += change
        arrays[P_][place] -= change * inverse(UNIT)
    finished(arrays)
    arrays[Y] = [(value + (1 << 20)) % SCALAR_MODULUS - (1 << 20) for value in arrays[Y]]
    return arrays


LIES = [
    remainder_too_large,
    remainder_below_zero,
    quotient_below_zero,
    quotient_out_of_range_with_its_remainder_in_range,
]


@pytest.mark.parametrize("lie", LIES)
def test_out_of_range_integers_are_rejected(lie: Callable[[], Arrays]) -> None:
    check_rejected(Lie(R.REDUCTION_FAILED, lie()))


@pytest.mark.parametrize("lie", LIES)
def test_out_of_range_integers_pass_with_frozen_challenges_only(
    lie: Callable[[], Arrays],
) -> None:
    check_frozen(Lie(R.REDUCTION_FAILED, lie()))


def test_the_forged_quotient_satisfies_everything_but_its_range() -> None:
    arrays, honest = quotient_out_of_range_with_its_remainder_in_range(), small_arrays()
    assert arrays[Y] != honest[Y]
    assert all(0 <= rest < UNIT for rest in arrays[REST])
    for place, quotient in enumerate(arrays[P_]):
        channel = place // POSITIONS
        total = arrays[M1][channel] * arrays[ACC][place] + arrays[B1][channel]
        signed = quotient - arrays[N_][place]
        assert (total - UNIT * signed - arrays[REST][place]) % SCALAR_MODULUS == 0
        assert quotient * arrays[N_][place] % SCALAR_MODULUS == 0
    assert any(quotient % SCALAR_MODULUS >= 1 << QUOTIENT_BITS for quotient in arrays[P_])
