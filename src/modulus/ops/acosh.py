"""Acosh: the inverse hyperbolic cosine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import Number, Real, log, sqrt


@dataclass(frozen=True)
class Acosh(Operator):
    """arcosh(x).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y, whose unit is the largest value of the table over 2^15 or 2^16.
        x >= 1; an execution below is refused.

    Source:
        ONNX operator Acosh, opset 9 to 22.
    """

    onnx_name: ClassVar[str] = "Acosh"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (build.function(required(self, inputs, 0), "acosh", acosh, (1.0, math.inf)),)


def acosh(x: Number) -> Real:
    """The inverse hyperbolic cosine."""
    return log(x + sqrt((x - 1) * (x + 1)))
