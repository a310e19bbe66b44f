"""Softmax: exponentials of a slice, divided by their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._exponential import exponentials
from modulus.ops._static import axis_in, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Softmax(Operator):
    """exp(x) / sum(exp(x)) along one axis.

    Shape:
        x: [..., n, ...] -> y: [..., n, ...].

    Numerics:
        |error| <= 2^-16 + (n * y + 1) * 2^-17: the quotient's rounding, and that of exponentials.
        Where x spans more than 16 bits it is rounded to 16 first.

    Source:
        ONNX operator Softmax, opset 9 to 13; before 13 all axes from one on count as one.
    """

    onnx_name: ClassVar[str] = "Softmax"
    bound: ClassVar[Bound] = Bound(units=1.5, per="entry of a slice")

    axis: int = -1

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """One lookup for each exponential, one division for each quotient."""
        x = required(self, inputs, 0)
        axis = axis_in(self, self.axis, len(x.shape))
        # Distances to the maximum need one side of the table only, and the largest exponential is
        # exactly one, so that the sum is never zero.
        _, below = build.below_max(x, [axis])
        grown = exponentials(build, below)
        total = build.sum(grown, [axis], keepdims=True)
        return (build.divide(grown, total, (0.0, 1.0), positive=True),)
