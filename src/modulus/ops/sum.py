"""Sum: the sum of all operands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Sum(Operator):
    """The sum of the operands.

    Shape:
        x: [...], ... -> y: broadcast of all.

    Numerics:
        |error| <= one unit of y.

    Source:
        ONNX operator Sum, opset 8 to 13.
    """

    onnx_name: ClassVar[str] = "Sum"
    bound: ClassVar[Bound] = Bound(units=1)
    keeps_whole: ClassVar[bool] = True

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Add one after the other; rounded once."""
        total = required(self, inputs, 0)
        for position in range(1, len(inputs)):
            total = build.add(total, required(self, inputs, position))
        return (total,)
