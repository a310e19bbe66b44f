"""ReduceMin: minima over axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._reduction import Reduction


@dataclass(frozen=True)
class ReduceMin(Reduction):
    """The minimum over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        Exact.

    Source:
        ONNX operator ReduceMin, opset 1 to 17 (attributes) and 18 to 20 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceMin"
    bound: ClassVar[Bound] = EXACT

    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Four minima at a time."""
        return build.reduce_min(x, axes, keepdims=keepdims)
