"""GroupNormalization: every group of channels brought to mean zero and variance one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, needed, reduce, reshape
from modulus.ops._normalizing import inverse_root_mean_square, per_channel


@dataclass(frozen=True)
class GroupNormalization(Expanded):
    """(x - mean) / sqrt(variance + epsilon) * scale + bias over groups of channels.

    Shape:
        x: [n, c, spatial...], scale and bias: [c] -> y: shape of x.

    Numerics:
        As LayerNormalization.

    Source:
        ONNX operator GroupNormalization, opset 21; that of opset 18 is deprecated.
    """

    onnx_name: ClassVar[str] = "GroupNormalization"
    since_opset: ClassVar[int] = 21
    bound: ClassVar[Bound] = Bound(units=6, inputs=32)
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"stash_type"})

    epsilon: float = 1e-5
    num_groups: int = 0

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Standardise rows of one group each, then scale and shift in the same rounding."""
        x = needed(self, inputs, 0)
        shape, groups = to.shape(x), self.num_groups
        if len(shape) < 2 or groups < 1 or shape[1] % groups:
            raise ShapeError(f"GroupNormalization: shape {shape} in {groups} groups")
        grouped = (shape[0], groups, prod(shape[1:]) // groups)
        rows = reshape(to, x, grouped)
        centred = to.add("Sub", rows, reduce(to, "ReduceMean", rows, [2]))
        inverse = inverse_root_mean_square(to, centred, grouped, 2, self.epsilon, x)
        y = reshape(to, to.add("Mul", centred, inverse), shape)
        scale, bias = (
            per_channel(to, needed(self, inputs, position), len(shape)) for position in (1, 2)
        )
        return (to.add("Add", to.add("Mul", y, scale), bias),)
