"""Equal: the truth of a = b."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Equal(Operator):
    """1 where a = b, else 0.

    Shape:
        a: [...], b: [...] -> y: broadcast of both.

    Numerics:
        Exact against a constant and between equal scales; else the finer operand is rounded first.

    Source:
        ONNX operator Equal, opset 7 to 19.
    """

    onnx_name: ClassVar[str] = "Equal"
    bound: ClassVar[Bound] = EXACT
    masks: ClassVar[bool] = True

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Compare."""
        a, b = required(self, inputs, 0), required(self, inputs, 1)
        return (build.equal(a, b),)
