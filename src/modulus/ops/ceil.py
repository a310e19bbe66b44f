"""Ceil: smallest integers above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Ceil(Operator):
    """The smallest integer at least x.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact but within 2^-25 of the largest |x| around the steps.

    Source:
        ONNX operator Ceil, opset 6 to 22.
    """

    onnx_name: ClassVar[str] = "Ceil"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """-floor(-x)."""
        opposite = build.scale_by(required(self, inputs, 0), -1.0)
        return (build.scale_by(build.floor(opposite), -1.0),)
