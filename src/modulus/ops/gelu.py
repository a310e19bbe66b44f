"""Gelu: x times the normal distribution's probability below x."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.ops.tanh import tanh
from modulus.relations.function import Number, Real, erf


@dataclass(frozen=True)
class Gelu(Operator):
    """x * (1 + erf(x / sqrt 2)) / 2, or its tanh approximation.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y.

    Source:
        ONNX operator Gelu, opset 20.
    """

    onnx_name: ClassVar[str] = "Gelu"
    since_opset: ClassVar[int] = 20
    bound: ClassVar[Bound] = Bound(units=0.5)

    approximate: str = "none"

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        x = required(self, inputs, 0)
        if self.approximate == "tanh":
            return (build.function(x, "gelu.tanh", gelu_tanh),)
        return (build.function(x, "gelu", gelu),)


def gelu(x: Number) -> Real:
    """X * (1 + erf(x / sqrt 2)) / 2."""
    return x * (1 + erf(x / math.sqrt(2))) / 2


def gelu_tanh(x: Number) -> Real:
    """The approximation by the hyperbolic tangent."""
    return x * (1 + tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))) / 2
