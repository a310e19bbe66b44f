"""ArgMax: places of maxima."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import axis_in, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class ArgMax(Operator):
    """The index of the first (or last) maximum along an axis.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the axis.

    Numerics:
        Exact, of the rounded x.

    Source:
        ONNX operator ArgMax, opset 1 to 13.
    """

    onnx_name: ClassVar[str] = "ArgMax"
    bound: ClassVar[Bound] = EXACT

    axis: int = 0
    keepdims: int = 1
    select_last_index: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Compare with the maximum; the first of those that equal it wins."""
        x = required(self, inputs, 0)
        axis = axis_in(self, self.axis, len(x.shape))
        last = bool(self.select_last_index)
        return (build.argmax(x, axis, keepdims=bool(self.keepdims), last=last),)
