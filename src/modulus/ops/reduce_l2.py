"""ReduceL2: Euclidean lengths over axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._reduction import Reduction


@dataclass(frozen=True)
class ReduceL2(Reduction):
    """The square root of the sum of squares over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        |error| < one unit of y.

    Source:
        ONNX operator ReduceL2, opset 1 to 17 (attributes) and 18 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceL2"
    bound: ClassVar[Bound] = Bound(units=1)

    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Contract x with itself, exactly, then take the root."""
        return build.sqrt(build.sum_squares(x, axes, keepdims=keepdims))
