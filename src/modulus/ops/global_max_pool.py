"""GlobalMaxPool: the largest entry of every channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.max_pool import MaxPool
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class GlobalMaxPool(Operator):
    """The maximum over all spatial axes, which are kept with extent one.

    Shape:
        x: [n, c, spatial...] -> y: [n, c, 1...].

    Numerics:
        Exact.

    Source:
        ONNX operator GlobalMaxPool, opset 1 to 22.
    """

    onnx_name: ClassVar[str] = "GlobalMaxPool"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Pool with one window that is everything."""
        x = required(self, inputs, 0)
        return MaxPool(kernel_shape=x.shape[2:]).lower(build, [x])
