"""Mod: remainders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, ConstantOperand, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Mod(Operator):
    """x - d * floor(x / d), with the sign of d; of x where `fmod` is set.

    Shape:
        x: [...], d: [...] -> y: broadcast of both.

    Numerics:
        Exact for integers; else |error| <= half a unit of x and of d times the quotient, save where
        x is as near as that to a multiple of d.

    Source:
        ONNX operator Mod, opset 10 to 13.
    """

    onnx_name: ClassVar[str] = "Mod"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = Bound(units=1, inputs=1, per="quotient")

    fmod: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Divide sizes with a remainder, and give it the sign that is asked for."""
        x, divisor = required(self, inputs, 0), required(self, inputs, 1)
        if isinstance(divisor, ConstantOperand) and not np.all(divisor.array):
            raise ShapeError("Mod: a divisor is zero")
        zero = build.constant(np.zeros(()))
        sign = build.greater_or_equal(x if self.fmod else divisor, zero)
        # A negative divisor mirrors everything; fmod takes that of |x|.
        number = build.absolute(x) if self.fmod else build.select(sign, x, build.scale_by(x, -1.0))
        rest = build.floor_divide(number, build.absolute(divisor))[1]
        return (build.select(sign, rest, build.scale_by(rest, -1.0)),)
