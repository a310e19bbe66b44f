"""ReduceMax: maxima over axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._reduction import Reduction


@dataclass(frozen=True)
class ReduceMax(Reduction):
    """The maximum over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        Exact.

    Source:
        ONNX operator ReduceMax, opset 1 to 17 (attributes) and 18 to 20 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceMax"
    bound: ClassVar[Bound] = EXACT

    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Four maxima at a time."""
        return build.reduce_max(x, axes, keepdims=keepdims)
