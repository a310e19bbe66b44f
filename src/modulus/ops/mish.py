"""Mish: x times the tangent of a smooth ReLU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.ops.softplus import softplus
from modulus.ops.tanh import tanh
from modulus.relations.function import Number, Real


@dataclass(frozen=True)
class Mish(Operator):
    """x * tanh(log(1 + exp(x))).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15 or 2^16.

    Source:
        ONNX operator Mish, opset 18 to 22.
    """

    onnx_name: ClassVar[str] = "Mish"
    since_opset: ClassVar[int] = 18
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "mish", mish),)


def mish(x: Number) -> Real:
    """X * tanh(softplus(x))."""
    return x * tanh(softplus(x))
