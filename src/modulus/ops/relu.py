"""Relu: the positive part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Relu(Operator):
    """max(x, 0).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact on the integers; one unit of y where it is part of the rounding of the step before.

    Source:
        ONNX operator Relu, opset 6 to 14.
    """

    onnx_name: ClassVar[str] = "Relu"
    bound: ClassVar[Bound] = Bound(units=1)
    keeps_whole: ClassVar[bool] = True

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Let the builder split x into positive and negative part, or fuse it into the rounding."""
        return (build.relu(required(self, inputs, 0)),)
