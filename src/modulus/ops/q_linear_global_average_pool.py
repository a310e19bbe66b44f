"""QLinearGlobalAveragePool: averages over all positions of integers with scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion
from modulus.ops._quantized import CONTRIBUTED, add_pooled


@dataclass(frozen=True)
class QLinearGlobalAveragePool(Expanded):
    """The average over spatial axes of the real numbers that x stands for, quantised again.

    Shape:
        x: [n, c, spatial...] -> y: [n, c, 1...].

    Numerics:
        The integers of exact arithmetic, ties to even; float rounding may decide a tie otherwise.

    Source:
        Operator QLinearGlobalAveragePool of com.microsoft, version 1, channels first.
    """

    onnx_name: ClassVar[str] = "QLinearGlobalAveragePool"
    domain: ClassVar[str] = CONTRIBUTED
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=1)

    channels_last: int = 0

    def check(self) -> None:
        """Refuse channels in last place."""
        if self.channels_last:
            raise UnsupportedOperatorError("attribute channels_last=1 is not supported")

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Dequantise, average, quantise."""
        return (add_pooled(self, to, inputs, "GlobalAveragePool", {}),)
