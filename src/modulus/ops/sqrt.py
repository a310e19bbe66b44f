"""Sqrt: square roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Sqrt(Operator):
    """The square root of x.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| < one unit of y; an execution with a negative number is refused.

    Source:
        ONNX operator Sqrt, opset 6 to 13.
    """

    onnx_name: ClassVar[str] = "Sqrt"
    bound: ClassVar[Bound] = Bound(units=1)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Take the integer root."""
        return (build.sqrt(required(self, inputs, 0)),)
