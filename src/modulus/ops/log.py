"""Log: the natural logarithm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import log


@dataclass(frozen=True)
class Log(Operator):
    """log(x).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y; an execution beyond the calibrated range of y is refused.
        x > 0; an execution at or below zero is refused.

    Source:
        ONNX operator Log, opset 6 to 13.
    """

    onnx_name: ClassVar[str] = "Log"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Look every value up in a table."""
        return (
            build.function(required(self, inputs, 0), "log", log, (0.0, math.inf), build.expected),
        )
