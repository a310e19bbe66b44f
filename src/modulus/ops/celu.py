"""Celu: a continuously differentiable ELU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real, exp, maximum, minimum


@dataclass(frozen=True)
class Celu(Operator):
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1)).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15 or 2^16.

    Source:
        ONNX operator Celu, opset 12.
    """

    onnx_name: ClassVar[str] = "Celu"
    since_opset: ClassVar[int] = 12
    bound: ClassVar[Bound] = Bound(units=0.5)

    alpha: float = 1.0

    def check(self) -> None:
        """Refuse a slope that is not positive."""
        if self.alpha <= 0:
            raise UnsupportedOperatorError(f"attribute alpha={self.alpha}: it must be positive")

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        name = f"celu.{self.alpha!r}"
        return (build.function(required(self, inputs, 0), name, self._curve),)

    def _curve(self, x: Number) -> Real:
        return celu(x, self.alpha)


def celu(x: Number, alpha: float) -> Real:
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1)), without overflow."""
    return maximum(x, 0.0) + minimum(0.0, alpha * (exp(minimum(x / alpha, 1.0)) - 1))
