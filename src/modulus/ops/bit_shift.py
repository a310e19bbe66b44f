"""BitShift: powers of two times integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import constant, required
from modulus.ops.operator import Operator

MOST_PLACES = 32


@dataclass(frozen=True)
class BitShift(Operator):
    """x * 2^n, or floor(x / 2^n), for constant n.

    Shape:
        x: [...], n: constants -> y: broadcast of both.

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
        places = constant(self, inputs, 1)
        if places is None or not np.isin(places, range(MOST_PLACES)).all():
            raise UnsupportedOperatorError(f"BitShift: by {places} places")
        factors = build.constant(2.0**places)
        if self.direction == "LEFT":
            return (build.multiply(x, factors),)
        return (build.floor_divide(x, factors)[0],)
