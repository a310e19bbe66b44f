"""BitShift: powers of two times integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required, scalar
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class BitShift(Operator):
    """x * 2^n, or floor(x / 2^n), for a constant n.

    Shape:
        x: [...], n: one constant -> y: [...].

    Numerics:
        Exact. A left shift drops no bits: what exceeds the type of x there is kept here.

    Source:
        ONNX operator BitShift, opset 11, by a constant.
    """

    onnx_name: ClassVar[str] = "BitShift"
    since_opset: ClassVar[int] = 11
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "Y"}

    direction: str = ""

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Scale exactly, or divide with a remainder."""
        x = required(self, inputs, 0)
        places = scalar(self, inputs, 1)
        if places is None or not 0 <= places < 32 or places != int(places):
            raise UnsupportedOperatorError(f"BitShift: by {places} places")
        factor = float(1 << int(places))
        if self.direction == "LEFT":
            return (build.multiply_integers(x, int(factor)),)
        return (build.floor_divide(x, build.constant(np.array(factor)))[0],)
