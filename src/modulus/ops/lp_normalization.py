"""LpNormalization: rows divided by their lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, like, needed, reduce
from modulus.ops._static import axis_in

FLOATS = {"float16": 10, "float32": 1, "float64": 11}


@dataclass(frozen=True)
class LpNormalization(Expanded):
    """x over the sum of magnitudes (p = 1) or the Euclidean length (p = 2) along an axis.

    Shape:
        x: [..., n, ...] -> y: shape of x; zero where all n entries are.

    Numerics:
        |error| <= one unit of y plus max|y| times the relative error of the length, which is half a
        unit of the longest row: the bound is for rows that are not far shorter than that.

    Source:
        ONNX operator LpNormalization, opset 1 to 22.
    """

    onnx_name: ClassVar[str] = "LpNormalization"
    bound: ClassVar[Bound] = Bound(units=16, inputs=32)

    axis: int = -1
    p: int = 2

    def check(self) -> None:
        """Accept both lengths."""
        if self.p not in {1, 2}:
            raise UnsupportedOperatorError(f"attribute p={self.p}: only 1 and 2 work")

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Reduce, then divide; a length of zero becomes one."""
        x = needed(self, inputs, 0)
        axis = axis_in(self, self.axis, len(to.shape(x)))
        length = reduce(to, "ReduceL1" if self.p == 1 else "ReduceL2", x, [axis])
        is_zero = to.add("Equal", length, like(to, x, 0))
        one = to.add("Cast", is_zero, to=FLOATS[to.dtype(x).name])
        return (to.add("Div", x, to.add("Add", length, one)),)
