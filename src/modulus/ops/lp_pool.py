"""LpPool: norms of windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._pooling import check_power, norm
from modulus.ops._static import required
from modulus.ops._window import Pooling


@dataclass(frozen=True)
class LpPool(Pooling):
    """(sum of |x|^p over every window)^(1/p), for p of 1 or 2; padding is zero.

    Shape:
        x: [n, c, spatial...] -> y: [n, c, windows...].

    Numerics:
        p = 1: exact. p = 2: the sum of squares is off by half a unit (of the largest square) per
        entry; the root of a sum that small is off by the root of that.

    Source:
        ONNX operator LpPool, opset 2 to 22.
    """

    onnx_name: ClassVar[str] = "LpPool"
    bound: ClassVar[Bound] = Bound(units=2, inputs=128)

    p: int = 2

    def check(self) -> None:
        """Check auto_pad and p."""
        super().check()
        check_power(self.p)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """The norm over the kernel axes of the windows."""
        x = required(self, inputs, 0)
        _, windows, taps = self.windows(build, x)
        return (norm(build, windows, taps, self.p, keepdims=False),)
