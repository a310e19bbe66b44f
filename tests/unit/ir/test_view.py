from __future__ import annotations

from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modulus.errors import InternalError, ShapeError
from modulus.ir import view
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import whole
from modulus.ir.value import Value, canonical_axes, physical_shape, plain_axes
from tests.unit.ir.dense import Dense

Shape = tuple[int, ...]

SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=3).map(tuple)


def leaf(shape: tuple[int, ...], number: int = 0) -> Value:
    return Value("x", shape, plain_axes(shape), 0, prod(shape), 1.0, whole(number, shape))


def data(shape: tuple[int, ...]) -> Integers:
    return np.arange(1, prod(shape) + 1).reshape(shape)


def integers(x: Value, *arrays: Integers) -> Integers:
    """A view's integers, after checking that it is zero outside its shape."""
    held = dict(enumerate(arrays))
    inside = evaluate(x.form, x.physical, held)
    padded = tuple(1 << (n - 1).bit_length() for n in x.physical)
    block = evaluate(x.form, padded, held)
    assert np.abs(block).sum() == np.abs(inside).sum()
    dense = Dense(held)
    for slot in range(block.size):
        bits = tuple(slot >> k & 1 for k in range(x.bits))
        assert dense.form(x.form, bits) == block.reshape(-1)[slot]
    return inside.reshape(x.shape)


@settings(deadline=None, max_examples=40)
@given(SHAPES, st.data())
def test_transpose(shape: Shape, draw: st.DataObject) -> None:
    order = draw.draw(st.permutations(range(len(shape))))
    result = integers(view.transpose(leaf(shape), order), data(shape))
    assert np.array_equal(result, data(shape).transpose(order))


@pytest.mark.parametrize(
    ("shape", "new", "free"),
    [
        ((1, 16, 5, 5), (1, 400), True),
        ((3, 4), (12,), True),
        ((12,), (3, 4), True),
        ((12,), (3, 2, 2), True),
        ((12,), (4, 3), False),
        ((2, 3, 1), (6, 1, 1), True),
        ((6, 4), (12, 2), True),
        ((5,), (5, 1), True),
        ((), (1, 1), True),
        ((8,), (2, 2, 2), True),
    ],
)
def test_reshape_is_a_view_where_axes_merge_or_split(shape: Shape, new: Shape, free: bool) -> None:
    result = view.reshape(leaf(shape), new)
    assert (result is not None) == free
    if result is not None:
        assert np.array_equal(integers(result, data(shape)), data(shape).reshape(new))


def test_reshape_there_and_back_has_the_same_axes() -> None:
    x = leaf((2, 12))
    split = view.reshape(x, (2, 3, 2, 2))
    assert split is not None
    assert view.reshape(split, (2, 12)) == x


def test_reshape_to_another_size_is_refused() -> None:
    with pytest.raises(ShapeError):
        view.reshape(leaf((3,)), (4,))


@settings(deadline=None, max_examples=40)
@given(SHAPES, st.data())
def test_broadcast(shape: Shape, draw: st.DataObject) -> None:
    source = tuple(draw.draw(st.sampled_from([1, n])) for n in shape)
    source = source[draw.draw(st.integers(0, len(shape) - 1)) :]
    result = integers(view.broadcast(leaf(source), shape), data(source))
    assert np.array_equal(result, np.broadcast_to(data(source), shape))


@settings(deadline=None, max_examples=40)
@given(SHAPES, st.booleans(), st.data())
def test_sum(shape: Shape, keepdims: bool, draw: st.DataObject) -> None:
    axes = tuple(draw.draw(st.sets(st.integers(0, len(shape) - 1))))
    result = view.sum_axes(leaf(shape), axes, keepdims=keepdims)
    assert np.array_equal(
        integers(result, data(shape)), data(shape).sum(axis=axes, keepdims=keepdims)
    )


def test_sum_of_a_constant_counts_the_shape() -> None:
    x = view.filled(((3,), (5,)), 7, "seven", 1.0)
    assert int(integers(view.sum_axes(x, (0, 1), keepdims=False))) == 105


def test_linear_combination_of_a_broadcast_and_a_constant() -> None:
    a, b = leaf((3, 5)), view.broadcast(leaf((5,), 1), (3, 5))
    seven = view.filled(((3,), (5,)), 7, "seven", 1.0)
    result = view.combine([a, b, seven], [2, -3, 1], "y", 1.0)
    x, y = data((3, 5)), data((5,))
    assert np.array_equal(integers(result, x, y), 2 * x - 3 * y + 7)
    assert (result.low, result.high) == (0 - 15 + 7, 30 + 7)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 17), st.data())
def test_strided_is_right_where_it_is_a_view(extent: int, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, extent - 1))
    step = draw.draw(st.sampled_from([1, 2, 3, 4, 8]))
    size = draw.draw(st.integers(1, -(-(extent - start) // step)))
    shape = (2, extent, 3)
    result = view.strided(leaf(shape), 1, start, step, size)
    if result is not None:
        expected = data(shape)[:, start : start + step * (size - 1) + 1 : step]
        assert np.array_equal(integers(result, data(shape)), expected)


@pytest.mark.parametrize(
    ("extent", "start", "step", "size"),
    [(12, 0, 2, 6), (12, 1, 2, 6), (13, 1, 2, 6), (7, 0, 1, 4), (7, 4, 1, 3), (9, 8, 1, 1)],
)
def test_aligned_slices_are_views(extent: int, start: int, step: int, size: int) -> None:
    assert view.strided(leaf((extent,)), 0, start, step, size) is not None


@pytest.mark.parametrize(
    ("extent", "start", "step", "size"), [(7, 1, 1, 4), (7, 0, 1, 5), (13, 0, 2, 6), (9, 0, 3, 3)]
)
def test_other_slices_are_not(extent: int, start: int, step: int, size: int) -> None:
    assert view.strided(leaf((extent,)), 0, start, step, size) is None


def test_one_entry_of_an_axis_of_several_extents() -> None:
    x = view.reshape(leaf((3, 5)), (15,))
    assert x is not None
    taken = view.strided(x, 0, 8, 1, 1)
    assert taken is not None
    assert integers(taken, data((3, 5))).tolist() == [9]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=3).map(tuple), max_size=2))
def test_canonical_axes_keep_every_index_bit(axes: list[Shape]) -> None:
    result = canonical_axes(tuple(axes))
    assert [prod(a) for a in result] == [prod(a) for a in axes]
    shape = physical_shape(tuple(axes))
    merged = evaluate(whole(0, shape), physical_shape(result), {0: data(shape)})
    assert np.array_equal(merged.reshape(-1), data(shape).reshape(-1))


def test_a_value_whose_axes_do_not_make_its_shape_is_refused() -> None:
    with pytest.raises(InternalError):
        Value("x", (6,), ((2, 2),), 0, 1, 1.0, whole(0, (2, 2)))
