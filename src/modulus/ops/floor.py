"""Floor: largest integers below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Floor(Operator):
    """The largest integer at most x.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact but within 2^-25 of the largest |x| around the steps.

    Source:
        ONNX operator Floor, opset 6 to 22.
    """

    onnx_name: ClassVar[str] = "Floor"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Divide by one over the unit of x and round."""
        return (build.floor(required(self, inputs, 0)),)
