"""Squeeze: axes of extent one are dropped."""

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
class Squeeze(Operator):
    """Drop the given axes, or all axes of extent one.

    Shape:
        x: [a, 1, b] -> y: [a, b].

    Numerics:
        Exact.

    Source:
        ONNX operator Squeeze, opset 1 to 11 (attribute) and 13 to 25 (input).
    """

    onnx_name: ClassVar[str] = "Squeeze"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "axes"}

    axes: tuple[int, ...] | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Reshape."""
        x = required(self, inputs, 0)
        given = integers(self, inputs, 1)
        axes = self.axes if given is None else given
        if axes == ():
            raise ShapeError(
                "Squeeze: no axes are named; ONNX and ONNX Runtime read that differently"
            )
        if axes is None:
            return (build.reshape(x, tuple(extent for extent in x.shape if extent != 1)),)
        dropped = {axis_in(self, axis, len(x.shape)) for axis in axes}
        for axis in dropped:
            if x.shape[axis] != 1:
                raise ShapeError(f"Squeeze: axis {axis} of shape {x.shape} is not 1")
        kept = tuple(extent for axis, extent in enumerate(x.shape) if axis not in dropped)
        return (build.reshape(x, kept),)
