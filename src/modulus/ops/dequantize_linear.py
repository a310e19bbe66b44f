"""DequantizeLinear: integers with a scale to real numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, needed
from modulus.ops._quantized import add_dequantized, parameters
from modulus.ops._static import axis_in


@dataclass(frozen=True)
class DequantizeLinear(Expanded):
    """(x - zero_point) * scale.

    Shape:
        x: [...], scale and zero_point: scalars or [channels] -> y: shape of x.

    Numerics:
        Exact with one scale; |error| <= one unit of y with one per channel.

    Source:
        ONNX operator DequantizeLinear, opset 10 to 21 without blocks.
    """

    onnx_name: ClassVar[str] = "DequantizeLinear"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = Bound(units=1)

    axis: int = 1
    block_size: int = 0

    def check(self) -> None:
        """Refuse blocks."""
        if self.block_size:
            raise UnsupportedOperatorError("attribute block_size is not supported")

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Shift, then scale."""
        x = needed(self, inputs, 0)
        rank = len(to.shape(x))
        axis = axis_in(self, self.axis, rank) if rank > 1 else 0
        scale, zero = parameters(self, to, inputs, 1, rank, axis)
        return (add_dequantized(to, x, scale, zero),)
