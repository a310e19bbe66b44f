"""Xor: truth where one of them holds, not both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Xor(Operator):
    """1 where one of them holds, not both, else 0.

    Shape:
        a: [...], b: [...] -> y: broadcast of both.

    Numerics:
        Exact.

    Source:
        ONNX operator Xor, opset 7.
    """

    onnx_name: ClassVar[str] = "Xor"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Select by the first operand."""
        a, b = required(self, inputs, 0), required(self, inputs, 1)
        return (build.select(a, build.logical_not(b), build.truth(b)),)
