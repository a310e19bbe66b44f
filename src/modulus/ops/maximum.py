"""Max: the largest operand at every place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Max(Operator):
    """The largest of the operands.

    Shape:
        x: [...], ... -> y: broadcast of all.

    Numerics:
        |error| <= half a unit of the coarsest operand; exact at equal scales.

    Source:
        ONNX operator Max, opset 8 to 13.
    """

    onnx_name: ClassVar[str] = "Max"
    bound: ClassVar[Bound] = Bound(units=0.5, inputs=1)
    keeps_whole: ClassVar[bool] = True

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Up to four operands at a time."""
        operands = [required(self, inputs, k) for k in range(len(inputs))]
        return (build.maximum(operands),)
