"""HardSwish: x times a clipped line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real, maximum, minimum


@dataclass(frozen=True)
class HardSwish(Operator):
    """x * clip(x / 6 + 1/2, 0, 1).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15 or 2^16.

    Source:
        ONNX operator HardSwish, opset 14 to 22.
    """

    onnx_name: ClassVar[str] = "HardSwish"
    since_opset: ClassVar[int] = 14
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "hard_swish", hard_swish),)


def hard_swish(x: Number) -> Real:
    """X * clip(x / 6 + 1/2, 0, 1)."""
    return x * minimum(maximum(x / 6 + 0.5, 0.0), 1.0)
