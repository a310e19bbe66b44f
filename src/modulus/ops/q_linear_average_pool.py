"""QLinearAveragePool: averages over windows of integers with scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion
from modulus.ops._quantized import CONTRIBUTED, add_pooled


@dataclass(frozen=True)
class QLinearAveragePool(Expanded):
    """The averages of the real numbers that x stands for, quantised again.

    Shape:
        x: [n, c, spatial...] -> y: [n, c, windows...].

    Numerics:
        The integers of exact arithmetic, ties to even. ONNX Runtime averages float numbers, whose
        rounding may decide a tie otherwise: then the integers are neighbours.

    Source:
        Operator QLinearAveragePool of com.microsoft, version 1, channels first.
    """

    onnx_name: ClassVar[str] = "QLinearAveragePool"
    domain: ClassVar[str] = CONTRIBUTED
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=1)

    auto_pad: str = "NOTSET"
    ceil_mode: int = 0
    channels_last: int = 0
    count_include_pad: int = 0
    kernel_shape: tuple[int, ...] | None = None
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None

    def check(self) -> None:
        """Refuse channels in last place."""
        if self.channels_last:
            raise UnsupportedOperatorError("attribute channels_last=1 is not supported")

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Dequantise, average, quantise."""
        pool = {
            "auto_pad": self.auto_pad,
            "ceil_mode": self.ceil_mode,
            "count_include_pad": self.count_include_pad,
            "kernel_shape": self.kernel_shape,
            "pads": self.pads,
            "strides": self.strides,
        }
        return (add_pooled(self, to, inputs, "AveragePool", pool),)
