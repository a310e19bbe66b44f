"""AveragePool: means of windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand, Reals
from modulus.ops._static import required
from modulus.ops._window import Pooling, Window


@dataclass(frozen=True)
class AveragePool(Pooling):
    """The mean of every window, of its entries inside x or (count_include_pad) inside the padded x.

    Shape:
        x: [n, c, spatial...] -> y: [n, c, windows...].

    Numerics:
        |error| <= one unit of y; exact where every window has the same number of entries.

    Source:
        ONNX operator AveragePool, opset 7 to 22.
    """

    onnx_name: ClassVar[str] = "AveragePool"
    bound: ClassVar[Bound] = Bound(units=1)

    count_include_pad: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Sum every window and divide by the number of its entries."""
        x = required(self, inputs, 0)
        window, windows, taps = self.windows(build, x)
        entries = self._entries(x.shape[2:], window)
        if np.all(entries == entries.flat[0]):
            total = build.sum(windows, taps, keepdims=False)
            return (build.scale_by(total, 1 / float(entries.flat[0])),)
        total = build.sum(windows, taps, keepdims=False)
        return (build.multiply(total, build.constant(1 / entries)),)

    def _entries(self, extents: tuple[int, ...], window: Window) -> Reals:
        """How many entries each window's mean is over, one axis per spatial axis."""
        entries = np.ones((1,) * len(extents))
        for axis, extent in enumerate(extents):
            starts = np.arange(window.counts[axis]) * window.strides[axis] - window.pads[axis][0]
            taps = np.arange(window.kernel[axis]) * window.dilations[axis]
            positions = starts[:, None] + taps
            before, after = window.declared[axis] if self.count_include_pad else (0, 0)
            inside = (positions >= -before) & (positions < extent + after)
            shape = [1] * len(extents)
            shape[axis] = window.counts[axis]
            # A window without a single entry has only zeros; any divisor gives its mean.
            entries = entries * np.maximum(inside.sum(axis=1), 1).reshape(shape)
        return entries
