"""Sigmoid: the logistic function."""

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
class Sigmoid(Operator):
    """1 / (1 + exp(-x)).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y plus a quarter of the error of x (the slope is at most 1/4).

    Source:
        ONNX operator Sigmoid, opset 6 to 13.
    """

    onnx_name: ClassVar[str] = "Sigmoid"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "sigmoid", sigmoid),)


def sigmoid(x: Number) -> Real:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + exp(-x))
