"""Sinh: the hyperbolic sine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real, exp


@dataclass(frozen=True)
class Sinh(Operator):
    """sinh(x).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y; an execution beyond the calibrated range of y is refused.

    Source:
        ONNX operator Sinh, opset 9 to 22.
    """

    onnx_name: ClassVar[str] = "Sinh"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "sinh", sinh, None, build.expected),)


def sinh(x: Number) -> Real:
    """The hyperbolic sine."""
    return (exp(x) - exp(-x)) / 2
