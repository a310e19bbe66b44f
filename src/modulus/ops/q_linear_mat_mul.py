"""QLinearMatMul: a matrix product of integers with scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, needed
from modulus.ops._quantized import add_dequantized, add_quantized, parameters


@dataclass(frozen=True)
class QLinearMatMul(Expanded):
    """The product of the real numbers that a and b stand for, quantised again.

    Shape:
        a: [..., n, k], b: [..., k, m] -> y: [..., n, m].

    Numerics:
        As MatMul, then QuantizeLinear.

    Source:
        ONNX operator QLinearMatMul, opset 10 to 21.
    """

    onnx_name: ClassVar[str] = "QLinearMatMul"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = Bound(units=1, weights=True)

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Dequantise both, multiply, quantise."""
        factors = []
        for position in (0, 3):
            x = needed(self, inputs, position)
            rank = len(to.shape(x))
            scale, zero = parameters(self, to, inputs, position + 1, rank, rank - 1)
            factors.append(add_dequantized(to, x, scale, zero))
        product = to.add("MatMul", *factors)
        scale, zero = parameters(self, to, inputs, 6, 2, 1)
        return (add_quantized(to, product, scale, zero),)
