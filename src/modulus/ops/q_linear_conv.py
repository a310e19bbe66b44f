"""QLinearConv: a convolution of integers with scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, given, known, needed
from modulus.ops._quantized import add_dequantized, add_quantized, parameters


@dataclass(frozen=True)
class QLinearConv(Expanded):
    """The convolution of the real numbers that x and w stand for, quantised again.

    Shape:
        x: [n, c, spatial...], w: [o, c / group, kernel...], B: [o] -> y: [n, o, windows...].

    Numerics:
        As Conv, then QuantizeLinear.

    Source:
        ONNX operator QLinearConv, opset 10.
    """

    onnx_name: ClassVar[str] = "QLinearConv"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = Bound(units=1, weights=True)

    auto_pad: str = "NOTSET"
    dilations: tuple[int, ...] | None = None
    group: int = 1
    kernel_shape: tuple[int, ...] | None = None
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Dequantise both, convolve, quantise; the bias has the product of the scales."""
        x, w = needed(self, inputs, 0), needed(self, inputs, 3)
        rank = len(to.shape(x))
        x_scale, x_zero = parameters(self, to, inputs, 1, rank, 1)
        w_scale, w_zero = parameters(self, to, inputs, 4, rank, 0)
        operands = [add_dequantized(to, x, x_scale, x_zero)]
        operands.append(add_dequantized(to, w, w_scale, w_zero))
        bias = known(self, to, inputs, 8) if given(inputs, 8) else None
        if bias is not None:
            real = bias * np.float64(x_scale) * w_scale.reshape(-1).astype(np.float64)
            operands.append(to.hold(real.astype(np.float32)))
        y = to.add(
            "Conv",
            *operands,
            auto_pad=self.auto_pad,
            dilations=self.dilations,
            group=self.group,
            kernel_shape=self.kernel_shape,
            pads=self.pads,
            strides=self.strides,
        )
        scale, zero = parameters(self, to, inputs, 6, rank, 1)
        return (add_quantized(to, y, scale, zero),)
