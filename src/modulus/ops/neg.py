"""Neg: the opposite of every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Neg(Operator):
    """-x.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact.

    Source:
        ONNX operator Neg, opset 6 to 13.
    """

    onnx_name: ClassVar[str] = "Neg"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Change the sign, which costs nothing."""
        return (build.scale_by(required(self, inputs, 0), -1.0),)
