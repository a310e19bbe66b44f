"""The carry automaton against dense sums over all index tuples."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.kernel import Term, affine_kernel
from modulus.reference.multilinear import eq_table

Sizes = Sequence[tuple[int, int]]


def general_terms(sizes: Sizes, spare_bits: int = 0) -> list[Term]:
    """Terms of (coefficient, extent) at reproducible points of full size."""
    terms = []
    for index, (coefficient, extent) in enumerate(sizes):
        length = max(extent - 1, 0).bit_length() + spare_bits
        point = [pow(7, 101 + 17 * index + 5 * bit, SCALAR_MODULUS) for bit in range(length)]
        terms.append(Term(coefficient, extent, point))
    return terms


def dense_kernel(terms: Sequence[Term], constant: int) -> int:
    """The definition; the last index is solved for when its coefficient is plus or minus one."""
    tables = [eq_table(term.coordinates) for term in terms]
    *outer, last = terms
    total = 0
    for indices in product(*(range(term.extent) for term in outer)):
        partial = constant
        weight = 1
        for term, table, index in zip(outer, tables, indices, strict=False):
            partial += term.coefficient * index
            weight = weight * table[index] % SCALAR_MODULUS
        if abs(last.coefficient) == 1:
            solutions = [-last.coefficient * partial]
        else:
            solutions = [v for v in range(last.extent) if last.coefficient * v == -partial]
        for index in solutions:
            if 0 <= index < last.extent:
                total += weight * tables[-1][index]
    return total % SCALAR_MODULUS


def assert_kernel(sizes: Sizes, constant: int, spare_bits: int = 0) -> None:
    terms = general_terms(sizes, spare_bits)
    assert affine_kernel(terms, constant) == dense_kernel(terms, constant)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("pad", [0, 1, 2])
def test_every_window(stride: int, dilation: int, pad: int) -> None:
    for kernel, size in product((1, 2, 3, 5), range(1, 17)):
        outputs = (size + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1
        if outputs > 0:
            assert_kernel([(stride, outputs), (dilation, kernel), (-1, size)], -pad)


@pytest.mark.parametrize("size", range(1, 18))
def test_slices_pads_pieces_and_flips(size: int) -> None:
    for step, low in product((1, 2, 3), range(min(size, 4))):
        assert_kernel([(step, (size - low + step - 1) // step), (-1, size)], low)
        assert_kernel([(-step, (size - low - 1) // step + 1), (-1, size)], size - 1 - low)
    for before, after in product(range(4), range(3)):
        assert_kernel([(1, size + before + after), (-1, size)], -before)
    assert_kernel([(1, size), (1, size)], -(size - 1))


@pytest.mark.parametrize(
    ("source", "target"),
    [((2, 6), (3, 4)), ((3, 4), (2, 6)), ((5, 7), (7, 5)), ((4, 4), (2, 8)), ((9,), (3, 3))],
)
def test_reshapes(source: tuple[int, ...], target: tuple[int, ...]) -> None:
    sizes: list[tuple[int, int]] = []
    for sign, shape in ((1, source), (-1, target)):
        for axis, extent in enumerate(shape):
            stride = 1
            for inner in shape[axis + 1 :]:
                stride *= inner
            sizes.append((sign * stride, extent))
    assert_kernel(sizes, 0)


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 9)), min_size=1, max_size=4),
    st.integers(-40, 40),
    st.integers(0, 2),
)
def test_any_equation(sizes: list[tuple[int, int]], constant: int, spare_bits: int) -> None:
    assert_kernel(sizes, constant, spare_bits)


def test_boolean_points_pick_one_entry_of_the_map() -> None:
    """Output 2 of a slice that starts at 3 with step 2 is source entry 7."""
    terms = [Term(2, 5, [0, 1, 0]), Term(-1, 13, [1, 1, 1, 0])]
    assert affine_kernel(terms, 3) == 1
    assert affine_kernel([terms[0], Term(-1, 13, [0, 1, 1, 0])], 3) == 0


def test_padding_is_outside_the_kernel() -> None:
    """Indices past the extent do not count even where the equation holds."""
    assert affine_kernel([Term(1, 3, [1, 1]), Term(-1, 4, [1, 1])], 0) == 0
    assert affine_kernel([Term(1, 4, [1, 1]), Term(-1, 4, [1, 1])], 0) == 1


def test_no_terms_leave_the_constant() -> None:
    assert affine_kernel([], 0) == 1
    assert affine_kernel([], 1) == 0


@pytest.mark.parametrize("extent", [-1, 5])
def test_extents_that_do_not_fit_are_refused(extent: int) -> None:
    with pytest.raises(ValueError, match=f"extent {extent} of kernel term 1"):
        affine_kernel([Term(1, 4, [1, 2]), Term(1, extent, [1, 2])], 0)


def test_vectors(load_vectors: Callable[[str], Any]) -> None:
    for case in load_vectors("multilinear/kernels.json")["cases"]:
        terms = [
            Term(term["coefficient"], term["extent"], [int(value, 16) for value in term["point"]])
            for term in case["terms"]
        ]
        value = int(case["value"], 16)
        assert affine_kernel(terms, case["constant"]) == value, case["name"]
        assert dense_kernel(terms, case["constant"]) == value, case["name"]
