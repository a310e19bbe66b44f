"""The graph under construction: naming, tensors, and steps that only move entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from modulus.errors import InternalError, QuantizationError
from modulus.ir.evaluate import Integers
from modulus.ir.graph import Graph, Tap
from modulus.ir.step import View, whole
from modulus.ir.steps import Equation, Piece, Rewire
from modulus.ir.value import Axes, Value, canonical_axes, physical_shape, plain_axes
from modulus.ir.view import axis_locals, place
from modulus.quantize.settings import Settings
from modulus.relations.contents import Contents
from modulus.relations.coordinate import Point
from modulus.relations.form import Form
from modulus.relations.system import RelationSystem, Role, Tensor
from modulus.schedule.ranges import form_range


@dataclass(slots=True)
class Assembly:
    """A graph, the settings it is built with, and the layer being built."""

    settings: Settings
    graph: Graph = field(default_factory=Graph)
    layer: str = "graph"
    expected: tuple[float, float] | None = None
    """Calibrated real range of the first output of the node being lowered, margin included."""
    integral: bool = False
    """Whether that output has an integer type."""
    tables: dict[tuple[object, ...], Value] = field(default_factory=dict)
    repeated: set[tuple[object, ...]] = field(default_factory=set)
    """Constants that several nodes read, by `modulus.quantize.repeated.identity`."""
    shared: dict[tuple[object, ...], Value] = field(default_factory=dict)
    """Their integers, once committed."""
    _names: dict[str, int] = field(default_factory=dict)

    def name(self, suffix: str) -> str:
        """Return a name of the current layer that no tensor has."""
        base = f"{self.layer}/{suffix}"
        count = self._names[base] = self._names.get(base, 0) + 1
        return base if count == 1 else f"{base}.{count}"

    def stored(
        self, suffix: str, axes: Axes, bounds: tuple[int, int], scale: float, role: Role
    ) -> Value:
        """Add a tensor and return it as a value."""
        axes = canonical_axes(axes)
        physical = physical_shape(axes)
        name = self.name(suffix)
        number = self.graph.add_tensor(Tensor(name, physical, *bounds, role))
        shape = tuple(prod(factors) for factors in axes)
        return Value(name, shape, axes, *bounds, scale, whole(number, physical))

    def fixed(
        self,
        suffix: str,
        axes: Axes,
        array: Integers,
        bounds: tuple[int, int],
        scale: float = 1.0,
        contents: Contents | None = None,
    ) -> Value:
        """Add a tensor whose integers the model fixes, given in its logical shape.

        The bounds must not depend on weights: they are part of the public system, as are the
        contents, which make the tensor a function table.
        """
        axes = canonical_axes(axes)
        physical = physical_shape(axes)
        role = Role.WEIGHT if contents is None else Role.TABLE
        tensor = Tensor(self.name(suffix), physical, *bounds, role, contents)
        number = self.graph.add_constant(tensor, np.asarray(array, order="C").reshape(physical))
        shape = tuple(prod(factors) for factors in axes)
        return Value(tensor.name, shape, axes, *bounds, scale, whole(number, physical))

    def declared_range(self, form: Form) -> tuple[int, int]:
        """Return bounds of a form that follow from its tensors' declared ranges alone."""
        return form_range(RelationSystem(tensors=self.graph.tensors), form)

    def tap(self, name: str, value: Value) -> None:
        """Remember which value stands for a tensor of the float model."""
        self.graph.taps.append(Tap(name, self.layer, value))

    def rewire(
        self, suffix: str, axes: Axes, pieces: Sequence[tuple[Value, Sequence[Equation]]], fill: int
    ) -> Value:
        """Add a rewire step; equations are over physical axes, all pieces have one scale."""
        values = [value for value, _ in pieces]
        low = min(fill, *(value.low for value in values))
        high = max(fill, *(value.high for value in values))
        # What is declared is what follows from the sources' ranges: steps rely on it.
        implied = [end for value in values for end in self.declared_range(value.form)]
        bounds = (min(0, fill, *implied), max(0, fill, *implied))
        out = self.stored(suffix, axes, bounds, values[0].scale, Role.VIRTUAL)
        out = replace(out, low=low, high=high)
        self.graph.steps.append(
            Rewire(
                out.name,
                out.physical,
                tuple(
                    Piece(View(value.form, value.physical), tuple(equations))
                    for value, equations in pieces
                ),
                fill,
                tensor_of(out),
            )
        )
        return out

    def laid_out(self, x: Value, axes: Axes) -> Value:
        """Return x over other physical extents of the same logical shape."""
        axes = canonical_axes(axes)
        if x.axes == axes:
            return x
        equations = _regrouping(x.physical, physical_shape(axes))
        value = self.rewire("layout", axes, [(x, equations)], 0)
        return replace(value, low=x.low, high=x.high)

    def reshaped(self, x: Value, shape: tuple[int, ...]) -> Value:
        """Return x in another logical shape where no index bit can be renamed."""
        equations = _regrouping(x.physical, shape)
        value = self.rewire("reshape", plain_axes(shape), [(x, equations)], 0)
        return replace(value, low=x.low, high=x.high)

    def onto(self, x: Value, axes: Axes) -> Form:
        """Return x's form over the block of `axes`, which x's shape broadcasts to.

        Slots outside the shape are not zeroed: for relations that hold on the shape only.
        """
        added = len(axes) - len(x.axes)
        target = tuple(
            axes[added + axis] if prod(factors) > 1 else (1,) for axis, factors in enumerate(x.axes)
        )
        x = self.laid_out(x, target)
        new = iter(axis_locals(physical_shape(axes)))
        points: list[Point] = []
        for axis, factors in enumerate(axes):
            news = [next(new) for _ in factors]
            if axis < added:
                continue
            if prod(x.axes[axis - added]) > 1:
                points.extend(news)
            else:
                points.extend(() for _ in x.axes[axis - added])
        return place(x.form, points)

    def common_axes(self, values: Sequence[Value], shape: tuple[int, ...]) -> Axes:
        """Return for every axis of a shape the extents that the first value to have it uses."""
        result = []
        for position, extent in enumerate(shape):
            axis = position - len(shape)
            held = [
                v.axes[axis] for v in values if -axis <= len(v.shape) and v.shape[axis] == extent
            ]
            result.append(held[0] if held else (extent,))
        return canonical_axes(tuple(result))


def narrowed(value: Value, array: Integers) -> Value:
    """Return a value with the range of its integers, as far as their bit width and signs tell."""
    low, high = int(array.min(initial=0)), int(array.max(initial=0))
    reach = 1 << max(-low, high).bit_length()
    bounds = (-reach if low < 0 else 0, reach if high > 0 else 0)
    return replace(value, low=max(value.low, bounds[0]), high=min(value.high, bounds[1]))


def tensor_of(value: Value) -> int:
    """Return the tensor that a value is, entry by entry.

    Raises:
        InternalError: The value is another view.
    """
    number = value.stored
    if number is None:
        raise InternalError(f"{value.name} is not a tensor of its own")
    return number


def _regrouping(source: Sequence[int], output: Sequence[int]) -> list[Equation]:
    """Return the equations of a reshape: one per group of axes whose extents multiply alike."""
    old = [axis for axis, extent in enumerate(source) if extent > 1]
    new = [axis for axis, extent in enumerate(output) if extent > 1]
    equations = []
    while old:
        taken, made = [old.pop(0)], [new.pop(0)]
        left, right = source[taken[0]], output[made[0]]
        while left != right:
            if left < right:
                taken.append(old.pop(0))
                left *= source[taken[-1]]
            else:
                made.append(new.pop(0))
                right *= output[made[-1]]
        equations.append(Equation(0, _strides(made, output), _strides(taken, source)))
    return equations


def _strides(axes: Sequence[int], extents: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return (axis, C-order stride) of some axes, the largest stride first."""
    return tuple(
        (axis, prod(extents[other] for other in axes[position + 1 :]))
        for position, axis in enumerate(axes)
    )


def to_integers(reals: NDArray[np.float64]) -> Integers:
    """Round half up.

    Raises:
        QuantizationError: A number is not finite or beyond 62 bits.
    """
    rounded = np.floor(reals + 0.5)
    if not np.isfinite(rounded).all() or (rounded.size and np.abs(rounded).max() >= 2.0**62):
        raise QuantizationError("a constant does not fit 62 bits at the scale it is needed at")
    return rounded.astype(np.int64)
