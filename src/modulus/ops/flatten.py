"""Flatten: two axes out of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import axis_in, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Flatten(Operator):
    """Axes before `axis` become the first, the others the second.

    Shape:
        x: [a, b, c, ...] -> y: [a * .., .. * c * ...].

    Numerics:
        Exact.

    Source:
        ONNX operator Flatten, opset 9 to 25.
    """

    onnx_name: ClassVar[str] = "Flatten"
    bound: ClassVar[Bound] = EXACT

    axis: int = 1

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Reshape."""
        x = required(self, inputs, 0)
        axis = axis_in(self, self.axis, len(x.shape), inclusive=True)
        return (build.reshape(x, (prod(x.shape[:axis]), prod(x.shape[axis:]))),)
