"""LeakyRelu: negative values are scaled down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class LeakyRelu(Operator):
    """max(x, 0) + alpha * min(x, 0).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= one unit of y plus max|x| / 2^15, because alpha is rounded to 14 fraction bits,
        beside the error of x times max(1, |alpha|).

    Source:
        ONNX operator LeakyRelu, opset 6 to 16.
    """

    onnx_name: ClassVar[str] = "LeakyRelu"
    bound: ClassVar[Bound] = Bound(units=1, inputs=1)

    alpha: float = 0.01

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Split x into positive and negative part and combine them."""
        return (build.leaky_relu(required(self, inputs, 0), self.alpha),)
