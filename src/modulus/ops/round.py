"""Round: nearest integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Round(Operator):
    """The integer nearest to x, the even one of two.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact but within 2^-25 of the largest |x| around the steps; ties go to the even neighbour.

    Source:
        ONNX operator Round, opset 11 to 22.
    """

    onnx_name: ClassVar[str] = "Round"
    since_opset: ClassVar[int] = 11
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Divide by one over the unit of x and round."""
        return (build.nearest(required(self, inputs, 0)),)
