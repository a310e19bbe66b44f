"""GlobalAveragePool: the mean of every channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class GlobalAveragePool(Operator):
    """The mean over all spatial axes.

    Shape:
        x: [n, c, spatial...] -> y: [n, c, 1...].

    Numerics:
        Exact as a sum; |error| <= one unit of y where it is rounded.

    Source:
        ONNX operator GlobalAveragePool, opset 1 to 22.
    """

    onnx_name: ClassVar[str] = "GlobalAveragePool"
    bound: ClassVar[Bound] = Bound(units=1)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Average over the spatial axes and keep them with extent one."""
        x = required(self, inputs, 0)
        if len(x.shape) < 3:
            raise ShapeError(f"GlobalAveragePool: input {x.shape} has no spatial axis")
        return (build.mean(x, range(2, len(x.shape)), keepdims=True),)
