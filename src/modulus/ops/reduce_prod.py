"""ReduceProd: products over axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, cut, known, needed, reshape
from modulus.ops._static import axis_in


@dataclass(frozen=True)
class ReduceProd(Expanded):
    """The product over axes.

    Shape:
        x: [..., n, ...] -> y: [..., 1, ...], or without the reduced axes.

    Numerics:
        |error| <= one unit of every product of halves times the rest: n units of y where the
        factors are near one in size.

    Source:
        ONNX operator ReduceProd, opset 1 to 17 (attributes) and 18 (inputs).
    """

    onnx_name: ClassVar[str] = "ReduceProd"
    bound: ClassVar[Bound] = Bound(units=4, per="factor")
    static_inputs: ClassVar[Mapping[int, str]] = {1: "axes"}

    axes: tuple[int, ...] | None = None
    keepdims: int = 1
    noop_with_empty_axes: int = 0

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Multiply halves until one is left, so that every product has a calibrated range."""
        x = needed(self, inputs, 0)
        shape = list(to.shape(x))
        rank = len(shape)
        held = known(self, to, inputs, 1)
        given = self.axes if held is None else tuple(int(axis) for axis in held.reshape(-1))
        if not given and self.noop_with_empty_axes:
            return (to.add("Identity", x),)
        axes = {axis_in(self, a, rank) for a in given} if given else set(range(rank))
        for axis in sorted(axes):
            while shape[axis] > 1:
                x, shape[axis] = _halved(to, x, axis, shape[axis])
        kept = [n for axis, n in enumerate(shape) if self.keepdims or axis not in axes]
        return (reshape(to, x, kept),)


def _halved(to: Expansion, x: str, axis: int, extent: int) -> tuple[str, int]:
    """The products of both halves, and the odd entry that is left over."""
    half = extent // 2
    product = to.add("Mul", cut(to, x, axis, 0, half), cut(to, x, axis, half, 2 * half))
    if extent % 2:
        product = to.add("Concat", product, cut(to, x, axis, extent - 1, extent), axis=axis)
    return product, half + extent % 2
