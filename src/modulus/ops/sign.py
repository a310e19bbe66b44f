"""Sign: the sign of every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Sign(Operator):
    """-1, 0 or 1.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact.

    Source:
        ONNX operator Sign, opset 9 to 13.
    """

    onnx_name: ClassVar[str] = "Sign"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Compare with zero twice."""
        return (build.sign(required(self, inputs, 0)),)
