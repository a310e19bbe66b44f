"""ReduceMean: averages over axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._reduction import Reduction


@dataclass(frozen=True)
class ReduceMean(Reduction):
    """The average over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        Exact.

    Source:
        ONNX operator ReduceMean, opset 1 to 17 (attributes) and 18 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceMean"
    bound: ClassVar[Bound] = EXACT

    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Sum and scale, which costs nothing."""
        return build.mean(x, axes, keepdims=keepdims)
