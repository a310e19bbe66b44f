"""LogSoftmax: logarithms of softmax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._exponential import exponentials, logarithm
from modulus.ops._static import axis_in, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class LogSoftmax(Operator):
    """x - max(x) - log(sum(exp(x - max(x)))) along one axis.

    Shape:
        x: [..., n, ...] -> y: [..., n, ...].

    Numerics:
        |error| <= (sqrt(n) + 2) * 2^-15 and one unit of y.

    Source:
        ONNX operator LogSoftmax, opset 9 to 13; before 13 all axes from one on count as one.
    """

    onnx_name: ClassVar[str] = "LogSoftmax"
    bound: ClassVar[Bound] = Bound(units=4)

    axis: int = -1

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """One lookup for each exponential, one logarithm for each slice."""
        x = required(self, inputs, 0)
        axis = axis_in(self, self.axis, len(x.shape))
        _, below = build.below_max(x, [axis])
        total = build.sum(exponentials(build, below), [axis], keepdims=True)
        opposite = build.scale_by(build.add(below, logarithm(build, total)), -1.0)
        return (opposite,)
