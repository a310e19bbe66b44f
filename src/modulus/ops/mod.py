"""Mod: remainders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required, scalar
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Mod(Operator):
    """x - d * floor(x / d), with the sign of d; of x where `fmod` is set.

    Shape:
        x: [...], d: one constant -> y: [...].

    Numerics:
        Exact for integers; else |error| <= one unit of y, save where x is within 2^-25 of its
        largest value from a multiple of d.

    Source:
        ONNX operator Mod, opset 10 to 13, by a constant.
    """

    onnx_name: ClassVar[str] = "Mod"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = Bound(units=1, inputs=1)
    static_inputs: ClassVar[Mapping[int, str]] = {1: "B"}

    fmod: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Divide with a remainder; fmod takes that of |x| and gives it the sign of x."""
        x = required(self, inputs, 0)
        divisor = scalar(self, inputs, 1)
        if divisor is None or divisor == 0:
            raise ShapeError("Mod: the divisor is missing or zero")
        if not self.fmod:
            # A negative divisor mirrors everything.
            sign = 1.0 if divisor > 0 else -1.0
            rest = build.modulo(build.scale_by(x, sign), abs(divisor))
            return (build.scale_by(rest, sign),)
        rest = build.modulo(build.absolute(x), abs(divisor))
        positive = build.greater_or_equal(x, build.constant(np.zeros(())))
        return (build.select(positive, rest, build.scale_by(rest, -1.0)),)
