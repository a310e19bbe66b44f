"""Views that cost nothing: they only rename the index bits of a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from modulus.errors import InternalError, ShapeError
from modulus.ir.value import Axes, Value, canonical_axes, physical_shape, plain_axes
from modulus.relations.coordinate import (
    HALF,
    ONE,
    ZERO,
    Coordinate,
    CoordinateKind,
    Point,
    axis_points,
    bits_of,
    block_bits,
    local_point,
)
from modulus.relations.form import Form, Selector, constant


def axis_locals(physical: tuple[int, ...], first: int = 0) -> tuple[Point, ...]:
    """Return the points of all axes of a block whose lowest local bit is `first`."""
    return axis_points(physical, local_point(block_bits(physical), first))


def index_point(index: int, bits: int) -> Point:
    """Return the constant coordinates of an index, lowest bit first."""
    return tuple(ONE if index >> bit & 1 else ZERO for bit in range(bits))


def place(form: Form, points: Sequence[Point]) -> Form:
    """Put the index bits of a form's axes (first axis first) at new coordinates."""
    coordinates = [coordinate for point in reversed(points) for coordinate in point]

    def change(coordinate: Coordinate) -> Coordinate:
        if coordinate.kind is CoordinateKind.LOCAL:
            return coordinates[coordinate.variable]
        return coordinate

    return form.substituted(change)


def whole_shape(physical: tuple[int, ...]) -> tuple[Selector, ...]:
    """Return the selectors of a block's shape."""
    return tuple(
        Selector(extent, point)
        for extent, point in zip(physical, axis_locals(physical), strict=True)
        if extent > 1
    )


def transpose(x: Value, permutation: Sequence[int]) -> Value:
    """Permute the logical axes."""
    axes = tuple(x.axes[axis] for axis in permutation)
    new = iter(axis_locals(physical_shape(axes)))
    points = {axis: [next(new) for _ in x.axes[axis]] for axis in permutation}
    form = place(x.form, [p for axis in range(len(x.axes)) for p in points[axis]])
    return replace(x, shape=tuple(x.shape[axis] for axis in permutation), axes=axes, form=form)


def regrouped(axes: Axes, shape: tuple[int, ...]) -> Axes | None:
    """Return axes that make `shape` over the same index bits, or None where there are none."""
    left = [extent for extent in physical_shape(axes) if extent > 1][::-1]
    result: list[tuple[int, ...]] = []
    for extent in shape:
        wanted, factors = extent, []
        while wanted > 1:
            if not left:
                return None
            factor = left.pop()
            if wanted % factor == 0:
                wanted //= factor
            elif factor % wanted == 0 and (low := factor // wanted) & (low - 1) == 0:
                left.append(low)
                factor, wanted = wanted, 1
            else:
                return None
            factors.append(factor)
        result.append(tuple(factors) or (1,))
    return None if left else canonical_axes(tuple(result))


def reshape(x: Value, shape: tuple[int, ...]) -> Value | None:
    """Reshape without touching an index bit, or return None where that is impossible."""
    if prod(shape) != prod(x.shape):
        raise ShapeError(f"{x.name}: cannot reshape {x.shape} to {shape}")
    axes = regrouped(x.axes, shape)
    return None if axes is None else replace(x, shape=shape, axes=axes)


def broadcast(x: Value, shape: tuple[int, ...], axes: Axes | None = None) -> Value:
    """Broadcast to a shape; `axes` are the physical extents of the new axes."""
    axes = plain_axes(shape) if axes is None else axes
    added = len(shape) - len(x.shape)
    target: list[tuple[int, ...]] = []
    for axis, extent in enumerate(shape):
        own = x.axes[axis - added] if axis >= added else (1,)
        if prod(own) not in {1, extent}:
            raise ShapeError(f"{x.name}: cannot broadcast {x.shape} to {shape}")
        target.append(own if prod(own) == extent else axes[axis])
    final = canonical_axes(tuple(target))
    new = iter(axis_locals(physical_shape(final)))
    points: list[Point] = []
    selectors: list[Selector] = []
    for axis, factors in enumerate(final):
        news = [next(new) for _ in factors]
        if axis >= added and x.shape[axis - added] == shape[axis]:
            points.extend(news)
            continue
        if axis >= added:
            points.extend(() for _ in x.axes[axis - added])
        selectors.extend(Selector(n, p) for n, p in zip(factors, news, strict=True) if n > 1)
    return replace(x, shape=shape, axes=final, form=place(x.form, points).selected(selectors))


def combine(values: Sequence[Value], coefficients: Sequence[int], name: str, scale: float) -> Value:
    """Return the sum of coefficient * value; the values share shape and axes."""
    form, low, high = Form(()), 0, 0
    for value, coefficient in zip(values, coefficients, strict=True):
        if value.axes != values[0].axes:
            raise InternalError(f"{name}: operands have axes {value.axes} and {values[0].axes}")
        ends = (coefficient * value.low, coefficient * value.high)
        form, low, high = (
            form.plus(value.form.scaled(coefficient)),
            low + min(ends),
            high + max(ends),
        )
    return replace(values[0], name=name, low=low, high=high, scale=scale, form=form)


def filled(axes: Axes, integer: int, name: str, scale: float) -> Value:
    """Return the value that is one integer everywhere in its shape."""
    physical = physical_shape(axes)
    form = constant(integer).selected(whole_shape(physical))
    shape = tuple(prod(factors) for factors in axes)
    return Value(name, shape, axes, integer, integer, scale, form)


def sum_axes(x: Value, dropped: Sequence[int], *, keepdims: bool) -> Value:
    """Sum over logical axes: 2^bits times the average over the index bits."""
    kept = [axis for axis in range(len(x.axes)) if axis not in dropped]
    axes = tuple(x.axes[axis] for axis in kept)
    new = iter(axis_locals(physical_shape(axes)))
    points: list[Point] = []
    bits = 0
    for axis, factors in enumerate(x.axes):
        for extent in factors:
            if axis in dropped:
                points.append((HALF,) * bits_of(extent))
                bits += bits_of(extent)
            else:
                points.append(next(new))
    count = prod(x.shape[axis] for axis in dropped)
    if keepdims:
        axes = tuple(f if axis not in dropped else (1,) for axis, f in enumerate(x.axes))
    return replace(
        x,
        shape=tuple(prod(factors) for factors in axes),
        axes=axes,
        low=x.low * count,
        high=x.high * count,
        form=place(x.form, points).scaled(1 << bits),
    )


def with_axis(x: Value, axis: int, factors: tuple[tuple[int, ...], ...], point: Point) -> Value:
    """Replace one logical axis by others, given the coordinates of its index bits.

    Args:
        x: The value.
        axis: The logical axis that is replaced.
        factors: The axes that take its place, possibly none.
        point: Per index bit of the axis, lowest first: a constant, or local(i) for bit i of the
            axes that take its place.
    """
    axes = x.axes[:axis] + factors + x.axes[axis + 1 :]
    first = block_bits(physical_shape(x.axes[axis + 1 :]))
    old, new = block_bits(x.axes[axis]), block_bits(physical_shape(factors))
    moved = tuple(
        local_point(1, first + c.variable)[0] if c.kind is CoordinateKind.LOCAL else c
        for c in point
    )

    def change(coordinate: Coordinate) -> Coordinate:
        if coordinate.kind is not CoordinateKind.LOCAL or coordinate.variable < first:
            return coordinate
        if coordinate.variable < first + old:
            return moved[coordinate.variable - first]
        return replace(coordinate, variable=coordinate.variable - old + new)

    shape = tuple(prod(f) for f in axes)
    return replace(x, shape=shape, axes=axes, form=x.form.substituted(change))


def strided(x: Value, axis: int, start: int, step: int, size: int) -> Value | None:
    """Return x[start + step * i], i < size, along an axis, or None where it is not a view."""
    point = _strided_point(x.axes[axis], start, step, size)
    return None if point is None else with_axis(x, axis, ((size,),), point)


def _strided_point(factors: tuple[int, ...], start: int, step: int, size: int) -> Point | None:
    extent = prod(factors)
    if size == extent and start == 0 and step == 1 and len(factors) == 1:
        return local_point(bits_of(extent))
    if size == 1:
        point: Point = ()
        for factor in reversed(factors):
            start, digit = divmod(start, factor)
            point += index_point(digit, bits_of(factor))
        return point
    if len(factors) > 1 or step < 1 or step & (step - 1):
        return None
    low, free = bits_of(step), bits_of(size)
    block, rest = divmod(start, step)
    count = -(-(extent - rest) // step)
    if block % (1 << free) or not (size == 1 << free or block + size == count):
        return None
    high = bits_of(extent) - low - free
    return index_point(rest, low) + local_point(free) + index_point(block >> free, high)


def split_axis(x: Value, axis: int, low: int) -> Value | None:
    """Split an axis n into (n / low, low), or return None where that is not a view."""
    return reshape(x, (*x.shape[:axis], x.shape[axis] // low, low, *x.shape[axis + 1 :]))


def negated(x: Value) -> Value:
    """Return -x."""
    return combine([x], [-1], x.name, x.scale)
