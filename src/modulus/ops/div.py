"""Div: elementwise quotient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Div(Operator):
    """a / b; of integers without the fraction.

    Shape:
        a: [...], b: [...] -> y: broadcast of both.

    Numerics:
        Exact for integers; else |error| <= half a unit of y, and one unit by a constant.
        An execution that divides by zero is refused.

    Source:
        ONNX operator Div, opset 7 to 14.
    """

    onnx_name: ClassVar[str] = "Div"
    bound: ClassVar[Bound] = Bound(units=1)
    scales_whole: ClassVar[bool] = True
    folds_columns: ClassVar[bool] = True

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Divide with a remainder that is checked."""
        a, b = required(self, inputs, 0), required(self, inputs, 1)
        return (build.divide_integers(a, b) if build.integral else build.divide(a, b),)
