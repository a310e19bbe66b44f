"""Atanh: the inverse hyperbolic tangent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real, log


@dataclass(frozen=True)
class Atanh(Operator):
    """artanh(x).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15 or 2^16.
        |x| < 1; an execution beyond is refused.

    Source:
        ONNX operator Atanh, opset 9 to 22.
    """

    onnx_name: ClassVar[str] = "Atanh"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (
            build.function(required(self, inputs, 0), "atanh", atanh, (-1.0, 1.0), build.expected),
        )


def atanh(x: Number) -> Real:
    """The inverse hyperbolic tangent."""
    return log((1 + x) / (1 - x)) / 2
