"""PRelu: a ReLU with given slopes below zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class PRelu(Operator):
    """x where x >= 0, else slope * x.

    Shape:
        x: [...], slope: broadcasts to x -> y: [...].

    Numerics:
        |error| <= two units of y.

    Source:
        ONNX operator PRelu, opset 7 to 16.
    """

    onnx_name: ClassVar[str] = "PRelu"
    bound: ClassVar[Bound] = Bound(units=2)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Split into parts; the negative one times the slope."""
        x = required(self, inputs, 0)
        positive, negative = build.parts(x)
        return (build.subtract(positive, build.multiply(negative, required(self, inputs, 1))),)
