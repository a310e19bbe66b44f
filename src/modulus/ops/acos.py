"""Acos: the inverse cosine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.asin import asin
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real


@dataclass(frozen=True)
class Acos(Operator):
    """arccos(x), in [0, pi].

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15 or 2^16.
        |x| <= 1; an execution beyond is refused.

    Source:
        ONNX operator Acos, opset 7 to 22.
    """

    onnx_name: ClassVar[str] = "Acos"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "acos", acos, (-1.0, 1.0)),)


def acos(x: Number) -> Real:
    """The arc cosine."""
    return math.pi / 2 - asin(x)
