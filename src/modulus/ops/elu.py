"""Elu: linear above zero, exponential below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real, exp, maximum, minimum


@dataclass(frozen=True)
class Elu(Operator):
    """x where x > 0, else alpha * (exp(x) - 1).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15 or 2^16.

    Source:
        ONNX operator Elu, opset 6 to 22.
    """

    onnx_name: ClassVar[str] = "Elu"
    bound: ClassVar[Bound] = Bound(units=0.5)

    alpha: float = 1.0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        name = f"elu.{self.alpha!r}"
        return (build.function(required(self, inputs, 0), name, self._curve),)

    def _curve(self, x: Number) -> Real:
        return elu(x, self.alpha)


def elu(x: Number, alpha: float) -> Real:
    """X where x > 0, else alpha * (exp(x) - 1)."""
    return maximum(x, 0.0) + alpha * (exp(minimum(x, 0.0)) - 1)
