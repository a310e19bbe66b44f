"""Normalizer: every sample brought to norm one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._classes import add_features
from modulus.ops._expansion import Expanded, Expansion, needed, reduce, reshape

REDUCTIONS = {"MAX": "ReduceMax", "L1": "ReduceL1", "L2": "ReduceL2"}


@dataclass(frozen=True)
class Normalizer(Expanded):
    """x over its largest entry (MAX), the sum of its sizes (L1), or its length (L2).

    Shape:
        x: [n, features] -> y: [n, features].

    Numerics:
        |error| <= one unit of y plus max|y| times the relative error of the norm. A sample of zeros
        is refused by the division.

    Source:
        ONNX operator Normalizer of ai.onnx.ml, version 1.
    """

    onnx_name: ClassVar[str] = "Normalizer"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=3, inputs=32, weights=True)

    norm: str = "MAX"

    def check(self) -> None:
        """Check the norm."""
        if self.norm not in REDUCTIONS:
            raise UnsupportedOperatorError(f"attribute norm={self.norm!r} is not supported")

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Reduce, then divide."""
        x = add_features(to, needed(self, inputs, 0))
        # The largest entry, not the largest size: so ONNX Runtime reads the operator.
        shape = to.shape(needed(self, inputs, 0))
        y = to.add("Div", x, reduce(to, REDUCTIONS[self.norm], x, [1]))
        return (y if len(shape) == 2 else reshape(to, y, shape),)
