"""MaxPool: maxima of windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops._window import Pooling, Window

STAGE = 4
"""Operands of one maximum: its relation is a product with one factor per operand."""


@dataclass(frozen=True)
class MaxPool(Pooling):
    """The largest entry of every window; padding never wins.

    Shape:
        x: [n, c, spatial...] -> y: [n, c, windows...].

    Numerics:
        Exact.

    Source:
        ONNX operator MaxPool, opset 8 to 22. The Indices output is not supported.
    """

    onnx_name: ClassVar[str] = "MaxPool"
    bound: ClassVar[Bound] = EXACT
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"storage_order"})

    def check(self) -> None:
        """Check auto_pad and the pads, which must leave an entry of x in every window."""
        super().check()
        rank = len(self.kernel_shape)
        for position, pad in enumerate(self.pads or ()):
            kernel = self.kernel_shape[position % rank] if rank else 0
            spread = self.dilations[position % rank] if self.dilations else 1
            if pad >= (kernel - 1) * spread + 1:
                raise UnsupportedOperatorError(f"attribute pads={self.pads}: wider than the kernel")

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Pad with the low end of the range; small windows in one maximum, others axis by axis."""
        x = required(self, inputs, 0)
        window = self.window(x)
        rank = len(window.kernel)
        if any(before or after for before, after in window.pads):
            befores = [0, 0, *(before for before, _ in window.pads)]
            afters = [0, 0, *(after for _, after in window.pads)]
            x = build.pad(x, befores, afters, None)
        if prod(window.kernel) <= STAGE:
            return (_maximum_over(build, x, window, range(rank)),)
        for axis in range(rank):
            x = _maximum_along(build, x, window, axis)
        return (x,)


def _maximum_along(build: Builder, x: Operand, window: Window, axis: int) -> Operand:
    """Maxima along one axis; long kernels at stride one reuse maxima of four neighbours."""
    kernel, dilation = window.kernel[axis], window.dilations[axis]
    if kernel <= STAGE or window.strides[axis] > 1:
        return _maximum_over(build, x, window, [axis])
    # Maxima of four taps at every place; overlapping ones then cover the kernel, since a maximum
    # does not mind an entry that is counted twice.
    length = STAGE
    x = _maximum_of(build, x, axis, [dilation * tap for tap in range(length)])
    while length < kernel:
        hops = min(STAGE, -(-kernel // length))
        reach = min(kernel, hops * length)
        offsets = [dilation * min(hop * length, reach - length) for hop in range(hops)]
        x = _maximum_of(build, x, axis, offsets)
        length = reach
    return x


def _maximum_of(build: Builder, x: Operand, axis: int, offsets: Sequence[int]) -> Operand:
    """The maximum of x shifted by each of the offsets, where all of them exist."""
    sizes = list(x.shape)
    sizes[2 + axis] -= max(offsets)
    shifted = []
    for offset in offsets:
        starts = [0] * len(sizes)
        starts[2 + axis] = offset
        shifted.append(build.slice(x, starts, [1] * len(sizes), sizes))
    return build.maximum(shifted)


def _maximum_over(build: Builder, x: Operand, window: Window, axes: Sequence[int]) -> Operand:
    """The maximum over all taps along some spatial axes, one strided slice per tap."""
    steps, sizes = [1] * len(x.shape), list(x.shape)
    for axis in axes:
        steps[2 + axis], sizes[2 + axis] = window.strides[axis], window.counts[axis]
    offsets = [[0] * len(x.shape)]
    for axis in axes:
        offsets = [
            [*start[: 2 + axis], tap * window.dilations[axis], *start[3 + axis :]]
            for start in offsets
            for tap in range(window.kernel[axis])
        ]
    if len(offsets) == 1:
        return build.slice(x, offsets[0], steps, sizes)
    return build.maximum([build.slice(x, start, steps, sizes) for start in offsets])
