"""Tan: the tangent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real, cos, sin

LIMIT = 1.5
"""A little less than pi / 2: the unit of y follows from the largest tangent."""


@dataclass(frozen=True)
class Tan(Operator):
    """tan(x) between the poles next to zero.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y; an execution beyond the calibrated range of y is refused.
        |x| <= 1.5; an execution beyond is refused.

    Source:
        ONNX operator Tan, opset 7 to 22.
    """

    onnx_name: ClassVar[str] = "Tan"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (
            build.function(required(self, inputs, 0), "tan", tan, (-LIMIT, LIMIT), build.expected),
        )


def tan(x: Number) -> Real:
    """The tangent."""
    return sin(x) / cos(x)
