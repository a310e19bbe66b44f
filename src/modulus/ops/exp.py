"""Exp: the exponential function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import exp


@dataclass(frozen=True)
class Exp(Operator):
    """exp(x).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y; an execution beyond the calibrated range of y is refused.

    Source:
        ONNX operator Exp, opset 6 to 13.
    """

    onnx_name: ClassVar[str] = "Exp"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "exp", exp, None, build.expected),)
