"""Softsign: x over one plus its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real, absolute


@dataclass(frozen=True)
class Softsign(Operator):
    """x / (1 + |x|).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15 or 2^16.

    Source:
        ONNX operator Softsign, opset 1 to 22.
    """

    onnx_name: ClassVar[str] = "Softsign"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "softsign", softsign),)


def softsign(x: Number) -> Real:
    """X / (1 + |x|)."""
    return x / (1 + absolute(x))
