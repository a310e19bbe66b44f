"""ConvTranspose: every entry of x spreads a kernel over the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand, Reals
from modulus.ops._static import constant, required
from modulus.ops._window import Convolution
from modulus.ops.conv import Conv


@dataclass(frozen=True)
class ConvTranspose(Convolution):
    """The adjoint of a convolution, with constant weights and an optional constant bias.

    Shape:
        x: [n, c, spatial...], W: [c, o / group, kernel...], B: [o]
        -> y: [n, o, (extent - 1) * stride + reach - pads + output_padding ...].

    Numerics:
        |error| <= one unit of y plus (weights per output) * max|x| times half a unit of the weights
        of the channel.

    Source:
        ONNX operator ConvTranspose, opset 1 to 22.
    """

    onnx_name: ClassVar[str] = "ConvTranspose"
    bound: ClassVar[Bound] = Bound(units=1, weights=True)

    output_padding: tuple[int, ...] | None = None
    output_shape: tuple[int, ...] | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Put zeros between the entries, pad, and convolve with the kernel turned around."""
        x, weight = required(self, inputs, 0), constant(self, inputs, 1)
        rank = len(x.shape) - 2
        if weight is None or rank < 1 or weight.ndim != rank + 2 or weight.shape[0] != x.shape[1]:
            raise ShapeError(f"ConvTranspose: the weights do not fit shape {x.shape}")
        strides = self.strides or (1,) * rank
        dilations = self.dilations or (1,) * rank
        pads = self._pads(x.shape[2:], weight.shape[2:], strides, dilations)
        for axis in range(2, rank + 2):
            x = _spaced(build, x, axis, strides[axis - 2])
        before, after = [0, 0], [0, 0]
        for (low, high), extent, dilation in zip(pads, weight.shape[2:], dilations, strict=True):
            reach = (extent - 1) * dilation
            before.append(reach - low)
            after.append(reach - high)
        if any(before) or any(after):
            x = build.pad(x, before, after)
        conv = Conv(group=self.group, dilations=tuple(dilations))
        bias = constant(self, inputs, 2)
        held = None if bias is None else build.constant(bias)
        return conv.lower(build, [x, build.constant(self._turned(weight)), held])

    def _turned(self, weight: Reals) -> Reals:
        """The weights of the convolution: channels swapped within a group, taps reversed."""
        groups, taps = self.group, weight.shape[2:]
        if groups < 1 or weight.shape[0] % groups:
            raise ShapeError(f"ConvTranspose: {weight.shape[0]} channels in {groups} groups")
        split = weight.reshape(groups, -1, weight.shape[1], *taps).swapaxes(1, 2)
        turned = split.reshape(groups * weight.shape[1], -1, *taps)
        return np.flip(turned, tuple(range(2, turned.ndim)))

    def _pads(
        self,
        extents: Sequence[int],
        kernel: Sequence[int],
        strides: Sequence[int],
        dilations: Sequence[int],
    ) -> list[tuple[int, int]]:
        """What is cut from both ends of each axis; negative where zeros are added."""
        rank = len(extents)
        extra = self.output_padding or (0,) * rank
        flat = self.pads or (0,) * (2 * rank)
        wanted = self.output_shape[-rank:] if self.output_shape else None
        if wanted is None and self.auto_pad.startswith("SAME"):
            wanted = tuple(n * stride for n, stride in zip(extents, strides, strict=True))
        lengths = {len(strides), len(dilations), len(extra), len(flat) // 2, len(kernel)}
        if lengths != {rank} or min((*kernel, *strides, *dilations)) < 1:
            raise ShapeError(f"ConvTranspose: the attributes do not fit {rank} axes")
        pads = []
        for axis, extent in enumerate(extents):
            full = (extent - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1
            if wanted is None:
                low, high = flat[axis], flat[rank + axis]
                low, high = (low, high) if self.auto_pad == "NOTSET" else (0, 0)
                pads.append((low, high - extra[axis]))
                continue
            total = full + extra[axis] - wanted[axis]
            half = total // 2
            # The odd one goes to the front, except for SAME_UPPER.
            low = half if self.auto_pad == "SAME_UPPER" else total - half
            pads.append((low, total - low - extra[axis]))
        if any(
            (n - 1) * s + (k - 1) * d + 1 - low - high < 1
            for n, s, k, d, (low, high) in zip(
                extents, strides, kernel, dilations, pads, strict=True
            )
        ):
            raise ShapeError(f"ConvTranspose: nothing of shape {tuple(extents)} is left")
        return pads


def _spaced(build: Builder, x: Operand, axis: int, stride: int) -> Operand:
    """X with stride - 1 zeros between neighbours along an axis."""
    extent = x.shape[axis]
    if stride == 1 or extent == 1:
        return x
    head, tail = x.shape[:axis], x.shape[axis + 1 :]
    thin = build.reshape(x, (*head, extent, 1, *tail))
    after = [0] * len(thin.shape)
    after[axis + 1] = stride - 1
    wide = build.pad(thin, [0] * len(after), after)
    joined = build.reshape(wide, (*head, extent * stride, *tail))
    crop = [0] * len(joined.shape)
    crop[axis] = 1 - stride
    return build.pad(joined, [0] * len(crop), crop)
