"""Cosh: the hyperbolic cosine."""

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
class Cosh(Operator):
    """cosh(x).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y; an execution beyond the calibrated range of y is refused.

    Source:
        ONNX operator Cosh, opset 9 to 22.
    """

    onnx_name: ClassVar[str] = "Cosh"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "cosh", cosh, None, build.expected),)


def cosh(x: Number) -> Real:
    """The hyperbolic cosine."""
    return (exp(x) + exp(-x)) / 2
