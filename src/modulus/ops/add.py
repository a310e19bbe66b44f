"""Add: elementwise sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Add(Operator):
    """a + b.

    Shape:
        a: [...], b: [...] -> y: broadcast of both.

    Numerics:
        |error| <= one unit of y: scales are brought together inside one rounding.

    Source:
        ONNX operator Add, opset 7 to 14.
    """

    onnx_name: ClassVar[str] = "Add"
    bound: ClassVar[Bound] = Bound(units=1)
    keeps_whole: ClassVar[bool] = True
    folds_columns: ClassVar[bool] = True
    masks: ClassVar[bool] = True

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Add; nothing is rounded here."""
        return (build.add(required(self, inputs, 0), required(self, inputs, 1)),)
