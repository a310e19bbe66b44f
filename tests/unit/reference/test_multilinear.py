"""Logarithmic evaluations against dense tables."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.multilinear import (
    eq,
    eq_table,
    evaluate,
    full_powers,
    selector,
    shape_selector,
    truncated_powers,
)

elements = st.integers(0, SCALAR_MODULUS - 1)
points = st.lists(elements, max_size=6)


def bits(index: int, length: int) -> list[int]:
    """Boolean point of an index, low bit first."""
    return [index >> position & 1 for position in range(length)]


@given(points)
def test_eq_table_lists_eq_at_every_index(point: list[int]) -> None:
    expected = [eq(point, bits(index, len(point))) for index in range(1 << len(point))]
    assert eq_table(point) == expected
    assert sum(expected) % SCALAR_MODULUS == 1


def test_index_bits_are_low_first() -> None:
    assert evaluate([10, 11, 12, 13], [1, 0]) == 11
    assert evaluate([10, 11, 12, 13], [0, 1]) == 12
    assert evaluate([10, 11, 12], [1, 1]) == 0


@pytest.mark.parametrize("length", range(7))
def test_every_selector_and_power_sum_equals_its_dense_table(length: int) -> None:
    point = [pow(7, 31 + 11 * position, SCALAR_MODULUS) for position in range(length)]
    base = pow(5, 99, SCALAR_MODULUS)
    powers = [pow(base, index, SCALAR_MODULUS) for index in range(1 << length)]
    for extent in range((1 << length) + 1):
        assert selector(extent, point) == evaluate([1] * extent, point)
        assert truncated_powers(extent, base, point) == evaluate(powers[:extent], point)
    assert full_powers(base, point) == evaluate(powers, point)


@given(points, elements, st.data())
def test_power_sums_at_random_points(point: list[int], base: int, data: st.DataObject) -> None:
    extent = data.draw(st.integers(0, 1 << len(point)))
    powers = [pow(base, index, SCALAR_MODULUS) for index in range(extent)]
    assert truncated_powers(extent, base, point) == evaluate(powers, point)
    assert selector(extent, point) == truncated_powers(extent, 1, point)


def test_a_shape_is_the_product_of_its_axes() -> None:
    row, column = [3, 5], [7, 11, 13]
    dense = [int(j < 5 and i < 3) for i in range(4) for j in range(8)]
    assert shape_selector([3, 5], [row, column]) == evaluate(dense, column + row)


@pytest.mark.parametrize("extent", [-1, 5])
def test_extents_that_do_not_fit_are_refused(extent: int) -> None:
    with pytest.raises(ValueError, match=f"extent {extent} does not fit 2 coordinates"):
        selector(extent, [1, 2])
    with pytest.raises(ValueError, match="does not fit"):
        truncated_powers(extent, 3, [1, 2])


def test_points_and_tables_must_match() -> None:
    with pytest.raises(ValueError, match="1 and 2 coordinates"):
        eq([1], [1, 2])
    with pytest.raises(ValueError, match="does not fit"):
        evaluate([1, 2, 3], [1])


def test_vectors(load_vectors: Callable[[str], Any]) -> None:
    for case in load_vectors("multilinear/eq.json")["cases"]:
        left, right = ([int(value, 16) for value in case[side]] for side in ("left", "right"))
        assert eq(left, right) == int(case["value"], 16)
    for case in load_vectors("multilinear/selectors.json")["cases"]:
        point = [int(value, 16) for value in case["point"]]
        extent, base = case["extent"], int(case["base"], 16)
        assert selector(extent, point) == int(case["selector"], 16)
        assert truncated_powers(extent, base, point) == int(case["truncated_powers"], 16)
        assert full_powers(base, point) == int(case["full_powers"], 16)
