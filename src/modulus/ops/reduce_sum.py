"""ReduceSum: sums over axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._reduction import Reduction


@dataclass(frozen=True)
class ReduceSum(Reduction):
    """The sum over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        Exact.

    Source:
        ONNX operator ReduceSum, opset 1 to 12 (attributes) and 13 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceSum"
    bound: ClassVar[Bound] = EXACT

    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Sum, which costs nothing."""
        return build.sum(x, axes, keepdims=keepdims)
