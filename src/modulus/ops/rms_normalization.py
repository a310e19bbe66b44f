"""RMSNormalization: every row brought to mean square one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, needed
from modulus.ops._normalizing import inverse_root_mean_square
from modulus.ops._static import axis_in


@dataclass(frozen=True)
class RMSNormalization(Expanded):
    """x / sqrt(mean(x^2) + epsilon) * scale over the axes from `axis` on.

    Shape:
        x: [a..., n...], scale: [n...] -> y: [a..., n...].

    Numerics:
        As LayerNormalization.

    Source:
        ONNX operator RMSNormalization, opset 23.
    """

    onnx_name: ClassVar[str] = "RMSNormalization"
    since_opset: ClassVar[int] = 23
    bound: ClassVar[Bound] = Bound(units=6, inputs=32)
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"stash_type"})

    axis: int = -1
    epsilon: float = 1e-5

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Multiply by the inverse root mean square, then by the scale in the same rounding."""
        x, scale = needed(self, inputs, 0), needed(self, inputs, 1)
        shape = to.shape(x)
        first = axis_in(self, self.axis, len(shape))
        inverse = inverse_root_mean_square(to, x, shape, first, self.epsilon, x)
        return (to.add("Mul", to.add("Mul", x, inverse), scale),)
