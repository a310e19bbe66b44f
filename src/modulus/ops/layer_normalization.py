"""LayerNormalization: every row brought to mean zero and variance one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, given, needed
from modulus.ops._normalizing import standardized
from modulus.ops._static import axis_in


@dataclass(frozen=True)
class LayerNormalization(Expanded):
    """(x - mean) / sqrt(variance + epsilon) * scale + B over the axes from `axis` on.

    Shape:
        x: [a..., n...], scale and B: [n...] -> y: [a..., n...], mean and inverse: [a..., 1...].

    Numerics:
        |error| <= one unit of y plus max|y| times the relative errors of deviation and inverse,
        about 2^-15 each at 16 bits for rows whose deviation is at least half the largest.

    Source:
        ONNX operator LayerNormalization, opset 17.
    """

    onnx_name: ClassVar[str] = "LayerNormalization"
    since_opset: ClassVar[int] = 17
    bound: ClassVar[Bound] = Bound(units=6, inputs=32)
    num_outputs: ClassVar[int] = 3
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"stash_type"})

    axis: int = -1
    epsilon: float = 1e-5

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Standardise, then scale and shift in the same rounding."""
        x, scale, bias = needed(self, inputs, 0), needed(self, inputs, 1), given(inputs, 2)
        if not to.shape(scale):
            raise ShapeError("LayerNormalization: the scale has no axis")
        first = axis_in(self, self.axis, len(to.shape(x)))
        y, mean, inverse = standardized(to, x, first, self.epsilon)
        y = to.add("Mul", y, scale)
        if bias:
            y = to.add("Add", y, bias)
        return y, mean, inverse
