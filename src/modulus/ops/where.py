"""Where: a choice at every place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Where(Operator):
    """a where the condition holds, else b.

    Shape:
        condition: [...], a: [...], b: [...] -> y: broadcast of all.

    Numerics:
        |error| <= half a unit of the coarser of a and b; exact at equal scales. A constant of at
        most -10000 beside far smaller numbers is a mask: it becomes 12 less than the least of them,
        which exponentials cannot tell apart.

    Source:
        ONNX operator Where, opset 9 to 16.
    """

    onnx_name: ClassVar[str] = "Where"
    bound: ClassVar[Bound] = Bound(units=0.5)
    keeps_whole: ClassVar[bool] = True
    masks: ClassVar[bool] = True

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Select."""
        condition, a, b = (required(self, inputs, position) for position in range(3))
        return (build.select(condition, a, b),)
