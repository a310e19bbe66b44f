"""Cast: between number types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator

FLOATS = frozenset({1, 10, 11, 16})
"""float32, float16, float64, bfloat16."""
INTEGERS = frozenset({2, 3, 4, 5, 6, 7, 12, 13})
"""Signed and unsigned, 8 to 64 bits."""
TRUTH = 9


@dataclass(frozen=True)
class Cast(Operator):
    """The input itself for a float type, truncated for an integer type, [x != 0] for bool.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact to floats: real numbers have no float type here, and one would round finer than any
        scale. To integers exact but within 2^-25 of the largest |x| from a whole number; what does
        not fit the integer type is kept, not wrapped.

    Source:
        ONNX operator Cast, opset 9 to 28.
    """

    onnx_name: ClassVar[str] = "Cast"
    bound: ClassVar[Bound] = EXACT
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"saturate", "round_mode"})

    to: int = 1

    def check(self) -> None:
        """Accept numbers and truth values."""
        if self.to not in FLOATS | INTEGERS | {TRUTH}:
            raise UnsupportedOperatorError(
                f"attribute to={self.to}: only floats, integers of 8 to 64 bits and bool work"
            )

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Pass on, truncate, or compare with zero."""
        x = required(self, inputs, 0)
        if self.to in FLOATS:
            return (x,)
        if self.to in INTEGERS:
            return (build.truncate(x),)
        return (build.logical_not(build.equal(x, build.constant(np.zeros(())))),)
