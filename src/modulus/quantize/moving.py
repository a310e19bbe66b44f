"""Windows, padding, slices and concatenation: views where possible, one rewire step otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from modulus.errors import ShapeError
from modulus.ir.steps import Equation
from modulus.ir.value import Axes, Value
from modulus.ir.view import reshape as reshape_view
from modulus.ir.view import split_axis, strided, transpose
from modulus.quantize.assembly import Assembly


@dataclass(frozen=True, slots=True)
class Sliding:
    """One axis of a window: stride * y + dilation * i - before."""

    axis: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    def count(self, extent: int) -> int:
        """Return how many windows an axis has.

        Raises:
            ShapeError: Not even one fits.
        """
        room = extent + self.before + self.after - self.dilation * (self.kernel - 1) - 1
        if min(self.kernel, self.stride, self.dilation) < 1 or room < 0:
            raise ShapeError(f"no window of {self} fits an axis of {extent}")
        return room // self.stride + 1


def reshape(to: Assembly, x: Value, shape: tuple[int, ...]) -> Value:
    """Reshape in C order."""
    if prod(shape) != prod(x.shape):
        raise ShapeError(f"{to.layer}: cannot reshape {x.shape} to {shape}")
    view = reshape_view(x, shape)
    return to.reshaped(x, shape) if view is None else view


def plain(to: Assembly, x: Value, axes: Sequence[int]) -> Value:
    """Return x with each of some logical axes made of one extent."""
    target = tuple(
        (extent,) if axis in axes else held
        for axis, (extent, held) in enumerate(zip(x.shape, x.axes, strict=True))
    )
    return to.laid_out(x, target)


def window(to: Assembly, x: Value, slidings: Sequence[Sliding]) -> Value:
    """Return the windows of x; kernel axes come last, in the order given."""
    x = plain(to, x, [s.axis for s in slidings])
    rank = len(x.shape)
    rewired: list[tuple[Sliding, int]] = []
    kernel_axes: list[int | None] = []
    # Axes are replaced from the last, so that the positions of those before stay what they are.
    for sliding in sorted(slidings, key=lambda s: -s.axis):
        count = sliding.count(x.shape[sliding.axis])
        view = _window_view(x, sliding, count)
        if view is None:
            rewired.append((sliding, count))
        else:
            x = view
    viewed = [s.axis for s in slidings if all(s.axis != r.axis for r, _ in rewired)]
    position = {axis: axis + sum(v < axis for v in viewed) for axis in range(rank)}
    extra = len(x.shape)
    if rewired:
        rewired.reverse()
        x = _window_rewire(to, x, [(s, position[s.axis], n) for s, n in rewired])
    for sliding in slidings:
        if sliding.axis in viewed:
            kernel_axes.append(position[sliding.axis] + 1)
        else:
            kernel_axes.append(extra + [s.axis for s, _ in rewired].index(sliding.axis))
    order = [position[axis] for axis in range(rank)] + [a for a in kernel_axes if a is not None]
    return transpose(x, order)


def _window_view(x: Value, sliding: Sliding, count: int) -> Value | None:
    """Return x with the axis replaced by (windows, kernel), or None where it is not a view."""
    axis, kernel, extent = sliding.axis, sliding.kernel, x.shape[sliding.axis]
    last = (count - 1) * sliding.stride + (kernel - 1) * sliding.dilation - sliding.before
    if sliding.before or last >= extent:
        return None
    shape = (*x.shape[:axis], count, kernel, *x.shape[axis + 1 :])
    if kernel == 1 or count == 1:
        step = sliding.stride if kernel == 1 else sliding.dilation
        taken = strided(x, axis, 0, step if kernel * count > 1 else 1, max(kernel, count))
        return None if taken is None else reshape_view(taken, shape)
    if sliding.stride == kernel and sliding.dilation == 1 and kernel & (kernel - 1) == 0:
        taken = strided(x, axis, 0, 1, count * kernel)
        return None if taken is None else split_axis(taken, axis, kernel)
    return None


def _window_rewire(to: Assembly, x: Value, slidings: Sequence[tuple[Sliding, int, int]]) -> Value:
    """Window some axes by one step; `slidings` holds (sliding, axis of x, windows)."""
    counts = {axis: (number, count) for number, (_, axis, count) in enumerate(slidings)}
    starts = _starts(x.axes)
    total = len(x.physical)
    axes = tuple((counts[axis][1],) if axis in counts else held for axis, held in enumerate(x.axes))
    equations: list[Equation] = []
    for axis, held in enumerate(x.axes):
        first = starts[axis]
        if axis not in counts:
            equations.extend(_kept(first, len(held)))
            continue
        number = counts[axis][0]
        sliding = slidings[number][0]
        output = ((first, sliding.stride), (total + number, sliding.dilation))
        equations.append(Equation(-sliding.before, output, ((first, 1),)))
    kernels = tuple((sliding.kernel,) for sliding, _, _ in slidings)
    return to.rewire("window", axes + kernels, [(x, equations)], 0)


def pad(to: Assembly, x: Value, pads: Sequence[tuple[int, int]], fill: int) -> Value:
    """Pad or crop every axis."""
    changed = [axis for axis, (before, after) in enumerate(pads) if before or after]
    sizes = [n + before + after for n, (before, after) in zip(x.shape, pads, strict=True)]
    if any(size < 1 for size in sizes):
        raise ShapeError(f"{to.layer}: padding {x.shape} by {list(pads)} leaves nothing")
    for axis in list(changed):
        before, after = pads[axis]
        if before <= 0 >= after:
            view = strided(x, axis, -before, 1, sizes[axis])
            if view is not None:
                x = view
                changed.remove(axis)
    if not changed:
        return x
    return _moved(to, x, {a: (-pads[a][0], 1, sizes[a]) for a in changed}, fill, "pad")


def slice_axes(
    to: Assembly, x: Value, starts: Sequence[int], steps: Sequence[int], sizes: Sequence[int]
) -> Value:
    """Return x[start + step * i] along every axis."""
    moved: dict[int, tuple[int, int, int]] = {}
    for axis, (start, step, size) in enumerate(zip(starts, steps, sizes, strict=True)):
        last = start + step * (size - 1)
        if size < 1 or step == 0 or not (0 <= start < x.shape[axis] and 0 <= last < x.shape[axis]):
            raise ShapeError(
                f"{to.layer}: slice from {start} by {step}, {size} entries, of {x.shape[axis]}"
            )
        if (start, step, size) == (0, 1, x.shape[axis]):
            continue
        view = strided(x, axis, start, step, size)
        if view is None:
            moved[axis] = (start, step, size)
        else:
            x = view
    return _moved(to, x, moved, 0, "slice") if moved else x


def _moved(
    to: Assembly, x: Value, moved: dict[int, tuple[int, int, int]], fill: int, suffix: str
) -> Value:
    """Rewire some axes by source = start + step * output, each to a new size."""
    x = plain(to, x, list(moved))
    starts = _starts(x.axes)
    axes = tuple((moved[a][2],) if a in moved else held for a, held in enumerate(x.axes))
    equations: list[Equation] = []
    for axis, held in enumerate(x.axes):
        first = starts[axis]
        if axis in moved:
            start, step, _ = moved[axis]
            equations.append(Equation(start, ((first, step),), ((first, 1),)))
        else:
            equations.extend(_kept(first, len(held)))
    return to.rewire(suffix, axes, [(x, equations)], fill)


def concat(to: Assembly, values: Sequence[Value], axis: int) -> Value:
    """Concatenate values of one scale along an axis."""
    shapes = {value.shape[:axis] + value.shape[axis + 1 :] for value in values}
    if len(shapes) > 1:
        raise ShapeError(f"{to.layer}: cannot concatenate {[value.shape for value in values]}")
    values = [plain(to, value, [axis]) for value in values]
    total = sum(value.shape[axis] for value in values)
    axes = (*values[0].axes[:axis], (total,), *values[0].axes[axis + 1 :])
    pieces = []
    offset = 0
    for value in values:
        own = (*axes[:axis], (value.shape[axis],), *axes[axis + 1 :])
        x = to.laid_out(value, own)
        equations: list[Equation] = []
        for position, (first, held) in enumerate(zip(_starts(x.axes), x.axes, strict=True)):
            if position == axis:
                equations.append(Equation(-offset, ((first, 1),), ((first, 1),)))
            else:
                equations.extend(_kept(first, len(held)))
        pieces.append((x, equations))
        offset += value.shape[axis]
    return to.rewire("concat", axes, pieces, 0)


def _kept(first: int, count: int) -> list[Equation]:
    return [Equation(0, ((first + i, 1),), ((first + i, 1),)) for i in range(count)]


def _starts(axes: Axes) -> tuple[int, ...]:
    """Return the first physical axis of every logical one."""
    starts, position = [], 0
    for held in axes:
        starts.append(position)
        position += len(held)
    return tuple(starts)
