"""ReduceLogSum: logarithms of sums over axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._reduction import Reduction
from modulus.relations.function import log


@dataclass(frozen=True)
class ReduceLogSum(Reduction):
    """log(sum(x)) over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        |error| <= half a unit of y, beside that of the rounded sum.
        An execution where the sum is not positive is refused.

    Source:
        ONNX operator ReduceLogSum, opset 1 to 17 (attributes) and 18 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceLogSum"
    bound: ClassVar[Bound] = Bound(units=1)

    def reduce(self, build: Builder, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Sum, then look the logarithm up."""
        return build.function(
            build.sum(x, axes, keepdims=keepdims), "log", log, (0.0, math.inf), build.expected
        )
