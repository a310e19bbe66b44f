"""Unsqueeze: axes of extent one are inserted."""

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
class Unsqueeze(Operator):
    """Insert axes of extent one; positions refer to the result.

    Shape:
        x: [a, b] -> y: [a, 1, b].

    Numerics:
        Exact.

    Source:
        ONNX operator Unsqueeze, opset 1 to 11 (attribute) and 13 to 25 (input).
    """

    onnx_name: ClassVar[str] = "Unsqueeze"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "axes"}

    axes: tuple[int, ...] | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Reshape."""
        x = required(self, inputs, 0)
        given = integers(self, inputs, 1)
        axes = self.axes if given is None else given
        if axes is None:
            raise ShapeError("Unsqueeze lacks its axes")
        rank = len(x.shape) + len(axes)
        inserted = {axis_in(self, axis, rank) for axis in axes}
        if len(inserted) != len(axes):
            raise ShapeError(f"Unsqueeze: axes {axes} repeat an axis")
        extents = iter(x.shape)
        shape = tuple(1 if axis in inserted else next(extents) for axis in range(rank))
        return (build.reshape(x, shape),)
