"""ReduceSumSquare: sums of squares over axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._reduction import Reduction


@dataclass(frozen=True)
class ReduceSumSquare(Reduction):
    """The sum of squares over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        Exact.

    Source:
        ONNX operator ReduceSumSquare, opset 1 to 17 (attributes) and 18 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceSumSquare"
    bound: ClassVar[Bound] = EXACT

    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Contract x with itself."""
        return build.sum_squares(x, axes, keepdims=keepdims)
