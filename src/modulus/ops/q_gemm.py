"""QGemm: a matrix product with bias of integers with scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, given, known, needed
from modulus.ops._quantized import CONTRIBUTED, add_dequantized, add_quantized, parameters


@dataclass(frozen=True)
class QGemm(Expanded):
    """alpha * a b + c of the real numbers that they stand for, quantised again.

    Shape:
        a: [n, k] or transposed, b: [k, o] or transposed, c: [o] -> y: [n, o].

    Numerics:
        The integers of exact arithmetic, ties to even. Without the last scale real numbers:
        |error| <= one unit of y plus k times the largest a times half a unit of b.

    Source:
        Operator QGemm of com.microsoft, version 1, which ONNX Runtime's quantizer writes for Gemm.
    """

    onnx_name: ClassVar[str] = "QGemm"
    domain: ClassVar[str] = CONTRIBUTED
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=1, weights=True)

    alpha: float = 1.0
    transA: int = 0  # noqa: N815  # as ONNX spells it
    transB: int = 0  # noqa: N815

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Dequantise both, multiply, quantise; the bias has the product of the scales."""
        a, b = needed(self, inputs, 0), needed(self, inputs, 3)
        a_scale, a_zero = parameters(self, to, inputs, 1, 2, 1)
        b_scale, b_zero = parameters(self, to, inputs, 4, 2, 0 if self.transB else 1)
        operands = [add_dequantized(to, a, a_scale, a_zero)]
        operands.append(add_dequantized(to, b, b_scale, b_zero))
        bias = known(self, to, inputs, 6)
        if bias is not None:
            unit = self.alpha * np.float64(a_scale) * b_scale.reshape(-1).astype(np.float64)
            operands.append(to.hold((bias * unit).astype(np.float32)))
        y = to.add("Gemm", *operands, alpha=self.alpha, transA=self.transA, transB=self.transB)
        if not given(inputs, 7):
            return (y,)
        return (add_quantized(to, y, *parameters(self, to, inputs, 7, 2, 1)),)
