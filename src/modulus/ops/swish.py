"""Swish: x times its own sigmoid, also called SiLU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real, exp


@dataclass(frozen=True)
class Swish(Operator):
    """x / (1 + exp(-alpha * x)).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15.

    Source:
        ONNX operator Swish, opset 24.
    """

    onnx_name: ClassVar[str] = "Swish"
    since_opset: ClassVar[int] = 24
    bound: ClassVar[Bound] = Bound(units=0.5)

    alpha: float = 1.0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        function = partial(swish, alpha=self.alpha)
        return (build.function(required(self, inputs, 0), f"swish.{self.alpha!r}", function),)


def swish(x: Number, alpha: float) -> Real:
    """X / (1 + exp(-alpha * x))."""
    return x / (1 + exp(-alpha * x))
