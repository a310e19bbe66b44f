"""ReduceLogSumExp: logarithms of sums of exponentials over axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._exponential import exponentials, logarithm
from modulus.ops._reduction import Reduction


@dataclass(frozen=True)
class ReduceLogSumExp(Reduction):
    """log(sum(exp(x))) over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        |error| <= (sqrt(n) + 2) * 2^-15 and a unit of x, with n numbers in a slice.

    Source:
        ONNX operator ReduceLogSumExp, opset 1 to 17 (attributes) and 18 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceLogSumExp"
    bound: ClassVar[Bound] = Bound(units=4)

    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Exponentials of the distances to the maximum, one lookup each."""
        top, below = build.below_max(x, axes)
        total = build.sum(exponentials(build, below), axes, keepdims=True)
        result = build.add(top, logarithm(build, total))
        kept = [n for axis, n in enumerate(x.shape) if axis not in axes]
        return result if keepdims else build.reshape(result, kept)
