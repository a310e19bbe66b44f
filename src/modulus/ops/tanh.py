"""Tanh: the hyperbolic tangent."""

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
class Tanh(Operator):
    """The hyperbolic tangent.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y plus the error of x (the slope is at most 1).

    Source:
        ONNX operator Tanh, opset 6 to 13.
    """

    onnx_name: ClassVar[str] = "Tanh"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "tanh", tanh),)


def tanh(x: Number) -> Real:
    """The hyperbolic tangent."""
    return 1 - 2 / (exp(2 * x) + 1)
