"""LpPool: norms of windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._pooling import check_power, norm
from modulus.ops._static import required
from modulus.ops._window import check_auto_pad, resolve_window
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class LpPool(Operator):
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
    bound: ClassVar[Bound] = Bound(units=2, inputs=32)

    kernel_shape: tuple[int, ...] = ()
    auto_pad: str = "NOTSET"
    ceil_mode: int = 0
    dilations: tuple[int, ...] | None = None
    p: int = 2
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None

    def check(self) -> None:
        """Check auto_pad and p."""
        check_auto_pad(self.auto_pad)
        check_power(self.p)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """The norm over the kernel axes of the windows."""
        x = required(self, inputs, 0)
        rank = len(x.shape) - 2
        if rank < 1:
            raise ShapeError(f"LpPool: input {x.shape} has no spatial axis")
        window = resolve_window(
            "LpPool",
            x.shape[2:],
            self.kernel_shape,
            self.strides,
            self.dilations,
            self.pads,
            self.auto_pad,
            ceil_mode=bool(self.ceil_mode),
        )
        windows = build.window(
            x, range(2, 2 + rank), window.kernel, window.strides, window.dilations, window.pads
        )
        return (norm(build, windows, range(2 + rank, 2 + 2 * rank), self.p, keepdims=False),)
