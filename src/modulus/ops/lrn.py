"""LRN: local response normalisation across channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, like, needed
from modulus.ops._static import check_square


@dataclass(frozen=True)
class LRN(Expanded):
    """x / (bias + alpha / size * (sum of x^2 over neighbouring channels))^beta.

    Shape:
        x: [n, c, spatial...] -> y: shape of x.

    Numerics:
        |error| <= two units of y plus max|y| times the relative error of the power.

    Source:
        ONNX operator LRN, opset 1 to 13.
    """

    onnx_name: ClassVar[str] = "LRN"
    bound: ClassVar[Bound] = Bound(units=4, inputs=32)

    alpha: float = 1e-4
    beta: float = 0.75
    bias: float = 1.0
    size: int = 0

    def check(self) -> None:
        """Refuse divisors that may be zero."""
        if self.bias <= 0 or self.alpha < 0:
            raise UnsupportedOperatorError(
                f"attributes alpha={self.alpha} and bias={self.bias} allow a division by zero"
            )

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Sum squares by a banded convolution of extent one, raise to beta, divide."""
        x = needed(self, inputs, 0)
        shape = to.shape(x)
        if len(shape) < 3 or self.size < 1:
            raise ShapeError(f"LRN: {self.size} channels of shape {shape}")
        check_square("LRN", shape[1])
        channels, places = shape[1], np.arange(shape[1])
        offset = places[None, :] - places[:, None]
        below, above = (self.size - 1) // 2, self.size // 2
        band = ((offset >= -below) & (offset <= above)) * (self.alpha / self.size)
        weight = like(to, x, band.reshape(channels, channels, *[1] * (len(shape) - 2)))
        bias = like(to, x, np.full(channels, self.bias))
        total = to.add("Conv", to.add("Mul", x, x), weight, bias)
        return (to.add("Div", x, to.add("Pow", total, like(to, x, self.beta))),)
