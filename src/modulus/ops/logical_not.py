"""Not: the opposite of every truth value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Not(Operator):
    """1 - x.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact.

    Source:
        ONNX operator Not, opset 1.
    """

    onnx_name: ClassVar[str] = "Not"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Subtract from one, which costs nothing."""
        return (build.logical_not(required(self, inputs, 0)),)
