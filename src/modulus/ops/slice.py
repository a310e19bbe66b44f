"""Slice: every step-th entry between two bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import axis_in, integers, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Slice(Operator):
    """y = x[start:end:step] per axis, with NumPy's meaning of negative and exceeding bounds.

    Shape:
        x: [..., n, ...] -> y: [..., number of entries, ...].

    Numerics:
        Exact.

    Source:
        ONNX operator Slice, opset 1 (attributes) and 10 to 13 (inputs).
    """

    onnx_name: ClassVar[str] = "Slice"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "starts", 2: "ends", 3: "axes", 4: "steps"}

    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None
    axes: tuple[int, ...] | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Clamp the bounds as NumPy does, then slice."""
        x = required(self, inputs, 0)
        starts = self.starts if self.starts is not None else integers(self, inputs, 1)
        ends = self.ends if self.ends is not None else integers(self, inputs, 2)
        if starts is None or ends is None:
            raise ShapeError("Slice lacks its bounds")
        axes = self.axes if self.axes is not None else integers(self, inputs, 3)
        axes = tuple(range(len(starts))) if axes is None else axes
        steps = integers(self, inputs, 4) or (1,) * len(starts)
        if not len(starts) == len(ends) == len(axes) == len(steps):
            raise ShapeError("Slice: starts, ends, axes and steps have different lengths")
        spans = [range(extent) for extent in x.shape]
        for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
            if step == 0:
                raise ShapeError("Slice: a step is 0")
            index = axis_in(self, axis, len(x.shape))
            spans[index] = _span(x.shape[index], start, end, step)
            if not spans[index]:
                raise ShapeError(f"Slice: axis {index} of shape {x.shape} becomes empty")
        return (
            build.slice(
                x,
                [span.start for span in spans],
                [span.step for span in spans],
                [len(span) for span in spans],
            ),
        )


def _span(extent: int, start: int, end: int, step: int) -> range:
    """The indices taken; `end` below -extent means "to the very front", as in NumPy."""
    return range(extent)[start:end:step]
