"""Selu: a self-normalising ELU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.elu import elu
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real


@dataclass(frozen=True)
class Selu(Operator):
    """gamma * (x where x > 0, else alpha * (exp(x) - 1)).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15 or 2^16.

    Source:
        ONNX operator Selu, opset 6 to 22.
    """

    onnx_name: ClassVar[str] = "Selu"
    bound: ClassVar[Bound] = Bound(units=0.5)

    alpha: float = 1.6732632423543772
    gamma: float = 1.0507009873554805

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        name = f"selu.{self.alpha!r}.{self.gamma!r}"
        return (build.function(required(self, inputs, 0), name, self._curve),)

    def _curve(self, x: Number) -> Real:
        return selu(x, self.alpha, self.gamma)


def selu(x: Number, alpha: float, gamma: float) -> Real:
    """Gamma * x where x > 0, else gamma * alpha * (exp(x) - 1)."""
    return gamma * elu(x, alpha)
