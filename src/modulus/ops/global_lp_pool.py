"""GlobalLpPool: the norm of every channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._pooling import check_power, norm
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class GlobalLpPool(Operator):
    """(sum of |x|^p over all spatial axes)^(1/p), for p of 1 or 2.

    Shape:
        x: [n, c, spatial...] -> y: [n, c, 1...].

    Numerics:
        As LpPool.

    Source:
        ONNX operator GlobalLpPool, opset 2 to 22.
    """

    onnx_name: ClassVar[str] = "GlobalLpPool"
    bound: ClassVar[Bound] = Bound(units=2, inputs=128)

    p: int = 2

    def check(self) -> None:
        """Check p."""
        check_power(self.p)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """The norm over the spatial axes."""
        x = required(self, inputs, 0)
        return (norm(build, x, range(2, len(x.shape)), self.p, keepdims=True),)
