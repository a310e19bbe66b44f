from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modulus.errors import ShapeError
from modulus.ir.steps import Rewire
from tests.unit.quantize.harness import Harness, rounded, uniform

Shape = tuple[int, ...]

slow_relations = settings(deadline=None, max_examples=25)


def rewires(harness: Harness) -> int:
    return sum(isinstance(step, Rewire) for step in harness.graph.steps)


@slow_relations
@given(
    extent=st.integers(1, 7),
    kernel=st.integers(1, 3),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 2),
    pads=st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
def test_windows_along_one_axis(
    extent: int, kernel: int, stride: int, dilation: int, pads: tuple[int, int]
) -> None:
    room = extent + sum(pads) - dilation * (kernel - 1) - 1
    if room < 0:
        return
    harness = Harness()
    x = harness.input("x", (2, extent))
    windows = harness.build.window(x, [1], [kernel], [stride], [dilation], [pads])
    array = uniform((2, extent))
    result, _ = harness.result(windows, {"x": array})
    padded = np.pad(rounded(array, x), [(0, 0), pads])
    count = room // stride + 1
    index = stride * np.arange(count)[:, None] + dilation * np.arange(kernel)
    assert np.array_equal(result, padded[:, index])


@pytest.mark.parametrize(
    ("shape", "kernel", "strides", "pads", "steps"),
    [
        ((1, 2, 4, 4), (2, 2), (2, 2), (0, 0), 0),
        ((1, 2, 5, 4), (2, 2), (2, 2), (0, 0), 0),
        ((1, 2, 7, 4), (2, 2), (2, 2), (0, 0), 1),
        ((1, 2, 3, 3), (3, 3), (1, 1), (0, 0), 0),
        ((1, 2, 3, 3), (1, 1), (1, 1), (0, 0), 0),
        ((1, 2, 4, 4), (1, 1), (2, 2), (0, 0), 0),
        ((1, 2, 4, 3), (2, 2), (2, 1), (0, 0), 1),
        ((2, 1, 3, 3), (3, 3), (2, 2), (1, 1), 1),
        ((1, 1, 7, 2), (4, 2), (4, 2), (0, 0), 0),
    ],
)
def test_windows_along_two_axes(
    shape: Shape, kernel: Shape, strides: Shape, pads: Shape, steps: int
) -> None:
    harness = Harness()
    x = harness.input("x", shape)
    both = [(p, p) for p in pads]
    windows = harness.build.window(x, [2, 3], kernel, strides, [1, 1], both)
    array = uniform(shape)
    result, _ = harness.result(windows, {"x": array})
    padded = np.pad(rounded(array, x), [(0, 0), (0, 0), *both])
    view = np.lib.stride_tricks.sliding_window_view(padded, kernel, (2, 3))
    assert np.array_equal(result, view[:, :, :: strides[0], :: strides[1]])
    assert rewires(harness) == steps


def test_no_window_fits() -> None:
    harness = Harness()
    with pytest.raises(ShapeError):
        harness.build.window(harness.input("x", (2,)), [0], [3], [1], [1], [(0, 0)])


@slow_relations
@given(
    shape=st.tuples(st.integers(1, 4), st.integers(1, 5)),
    pads=st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=2, max_size=2),
    lowest=st.booleans(),
)
def test_padding_and_cropping(shape: Shape, pads: list[tuple[int, int]], lowest: bool) -> None:
    sizes = [n + b + a for n, (b, a) in zip(shape, pads, strict=True)]
    if min(sizes) < 1:
        return
    harness = Harness()
    x = harness.input("x", shape)
    fill = None if lowest else 0.5
    padded = harness.build.pad(x, [b for b, _ in pads], [a for _, a in pads], fill)
    array = uniform(shape)
    result, value = harness.result(padded, {"x": array})
    outside = x.low * x.scale if lowest else np.floor(0.5 / x.scale + 0.5) * x.scale
    expected = np.full(sizes, outside)
    held = rounded(array, x)
    for index in np.ndindex(*sizes):
        source = tuple(i - b for i, (b, _) in zip(index, pads, strict=True))
        if all(0 <= s < n for s, n in zip(source, shape, strict=True)):
            expected[index] = held[source]
    assert np.array_equal(result, expected)
    assert value.scale == x.scale


@slow_relations
@given(extent=st.integers(1, 9), draw=st.data())
def test_slices(extent: int, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, extent - 1))
    step = draw.draw(st.sampled_from([-3, -2, -1, 1, 2, 3, 4]))
    room = (extent - 1 - start) // step if step > 0 else start // -step
    size = draw.draw(st.integers(1, room + 1))
    harness = Harness()
    x = harness.input("x", (2, extent))
    taken = harness.build.slice(x, [0, start], [1, step], [2, size])
    array = uniform((2, extent))
    result, _ = harness.result(taken, {"x": array})
    assert np.array_equal(result, rounded(array, x)[:, start + step * np.arange(size)])


def test_a_slice_beyond_the_end_is_refused() -> None:
    harness = Harness()
    with pytest.raises(ShapeError):
        harness.build.slice(harness.input("x", (3,)), [1], [1], [3])


@slow_relations
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.booleans())
def test_concatenation(extents: list[int], last: bool) -> None:
    harness = Harness()
    shapes = [(2, n) if last else (n, 3) for n in extents]
    values = [harness.input(f"x{i}", shape) for i, shape in enumerate(shapes)]
    arrays = {f"x{i}": uniform(shape, i) for i, shape in enumerate(shapes)}
    result, value = harness.result(harness.build.concat(values, -1 if last else 0), arrays)
    expected = [rounded(array, value) for array in arrays.values()]
    assert np.array_equal(result, np.concatenate(expected, 1 if last else 0))


def test_concatenation_of_different_scales_and_a_constant() -> None:
    harness = Harness()
    a, b = harness.input("a", (2,)), harness.input("b", (3,), reach=4.0)
    constant = harness.build.constant(np.array([0.25, -2.0]))
    arrays = {"a": uniform((2,)), "b": uniform((3,), reach=4.0)}
    result, value = harness.result(harness.build.concat([a, constant, b], 0), arrays)
    expected = np.concatenate([arrays["a"], [0.25, -2.0], arrays["b"]])
    assert value.scale == b.scale
    assert np.abs(result - expected).max() <= 1.01 * value.scale


@pytest.mark.parametrize(
    ("shape", "new", "steps"),
    [((2, 3, 4), (6, 4), 0), ((6,), (2, 3), 1), ((3, 5), (5, 3), 1), ((4, 3), (2, 6), 0)],
)
def test_reshape(shape: Shape, new: Shape, steps: int) -> None:
    harness = Harness()
    x = harness.input("x", shape)
    array = uniform(shape)
    result, _ = harness.result(harness.build.reshape(x, new), {"x": array})
    assert np.array_equal(result, rounded(array, x).reshape(new))
    assert rewires(harness) == steps


def test_moving_an_axis_of_several_extents_lays_it_out_anew() -> None:
    harness = Harness()
    flat = harness.build.reshape(harness.input("x", (3, 5)), (15,))
    array = uniform((3, 5))
    result, value = harness.result(harness.build.slice(flat, [14], [-2], [7]), {"x": array})
    assert np.array_equal(result, rounded(array, value).reshape(-1)[14:1:-2])


def test_transpose_and_broadcast_are_free() -> None:
    harness = Harness()
    x = harness.input("x", (3, 1, 2))
    wide = harness.build.broadcast(harness.build.transpose(x, [2, 1, 0]), (2, 2, 5, 3))
    array = uniform((3, 1, 2))
    result, _ = harness.result(wide, {"x": array})
    assert np.array_equal(result, np.broadcast_to(rounded(array, x).T, (2, 2, 5, 3)))
    assert rewires(harness) == 0
