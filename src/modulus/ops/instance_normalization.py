"""InstanceNormalization: every channel of every sample brought to mean zero and variance one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, needed
from modulus.ops._normalizing import per_channel, standardized


@dataclass(frozen=True)
class InstanceNormalization(Expanded):
    """(x - mean) / sqrt(variance + epsilon) * scale + B over the spatial axes.

    Shape:
        x: [n, c, spatial...], scale: [c], B: [c] -> y: shape of x.

    Numerics:
        As LayerNormalization.

    Source:
        ONNX operator InstanceNormalization, opset 6 to 22.
    """

    onnx_name: ClassVar[str] = "InstanceNormalization"
    bound: ClassVar[Bound] = Bound(units=6, inputs=32)

    epsilon: float = 1e-5

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Standardise, then scale and shift in the same rounding."""
        x, scale, bias = (needed(self, inputs, position) for position in range(3))
        rank = len(to.shape(x))
        if rank < 3:
            raise ShapeError(f"InstanceNormalization: shape {to.shape(x)} has no spatial axis")
        y, _, _ = standardized(to, x, 2, self.epsilon)
        y = to.add("Mul", y, per_channel(to, scale, rank))
        return (to.add("Add", y, per_channel(to, bias, rank)),)
