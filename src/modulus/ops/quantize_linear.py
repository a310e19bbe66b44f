"""QuantizeLinear: real numbers to integers with a given scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, needed
from modulus.ops._quantized import add_quantized, parameters
from modulus.ops._static import axis_in


@dataclass(frozen=True)
class QuantizeLinear(Expanded):
    """clamp(round(x / scale) + zero_point) to the range of the integers.

    Shape:
        x: [...], scale and zero_point: scalars or [channels] -> y: shape of x.

    Numerics:
        The integer ONNX Runtime gives, or its neighbour where x / scale is nearer to a half than x
        is rounded.

    Source:
        ONNX operator QuantizeLinear, opset 10 to 21 without blocks.
    """

    onnx_name: ClassVar[str] = "QuantizeLinear"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = Bound(units=1)
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"saturate", "precision"})

    axis: int = 1
    block_size: int = 0
    output_dtype: int = 0

    def check(self) -> None:
        """Refuse blocks, and a type that no zero point states."""
        if self.block_size or self.output_dtype:
            raise UnsupportedOperatorError(
                "attributes block_size and output_dtype are not supported"
            )

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Scale, round, shift, clamp."""
        x = needed(self, inputs, 0)
        rank = len(to.shape(x))
        axis = axis_in(self, self.axis, rank) if rank > 1 else 0
        scale, zero = parameters(self, to, inputs, 1, rank, axis)
        return (add_quantized(to, x, scale, zero),)
