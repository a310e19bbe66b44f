"""Col2Im: overlapping blocks summed into an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import integers, required
from modulus.ops._window import resolve_window
from modulus.ops.operator import Operator

MAX_SELECTION = 1 << 24
"""Entries of the matrix that says which pixel each entry of a block is added to."""


@dataclass(frozen=True)
class Col2Im(Operator):
    """The transpose of cutting an image into windows: what lies on one pixel is added up.

    Shape:
        x: [n, c * block, windows] -> y: [n, c, extents...].

    Numerics:
        Exact.

    Source:
        ONNX operator Col2Im, opset 18.
    """

    onnx_name: ClassVar[str] = "Col2Im"
    since_opset: ClassVar[int] = 18
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "image_shape", 2: "block_shape"}

    dilations: tuple[int, ...] | None = None
    pads: tuple[int, ...] | None = None
    strides: tuple[int, ...] | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """One contraction with zeros and ones."""
        x = required(self, inputs, 0)
        extents, block = integers(self, inputs, 1), integers(self, inputs, 2)
        if len(x.shape) != 3 or not extents or not block or len(extents) != len(block):
            raise ShapeError(f"Col2Im: blocks {block} of an image {extents} in shape {x.shape}")
        pixels = self._pixels(extents, block)
        n, channels = x.shape[0], x.shape[1] // prod(block)
        if x.shape[1:] != (channels * prod(block), pixels.shape[1]):
            raise ShapeError(f"Col2Im: shape {x.shape}, expected [n, c * {pixels.shape}]")
        if pixels.size * prod(extents) > MAX_SELECTION:
            raise ShapeError(
                f"Col2Im: {pixels.size} entries on {prod(extents)} pixels are too many"
            )
        selection = (pixels.reshape(-1)[None] == np.arange(prod(extents))[:, None]).astype(np.int64)
        flat = build.reshape(x, (n, channels, pixels.size))
        y = build.contract_exact("nce,pe->ncp", flat, selection)
        return (build.reshape(y, (n, channels, *extents)),)

    def _pixels(self, extents: Sequence[int], block: Sequence[int]) -> NDArray[np.int64]:
        """Flat pixel of every entry of every block [block, windows]; -1 for pads."""
        window = resolve_window(
            "Col2Im", extents, block, self.strides, self.dilations, self.pads, "NOTSET"
        )
        pixels = np.zeros((1, 1), np.int64)
        for axis, extent in enumerate(extents):
            inner = np.arange(block[axis])[:, None] * window.dilations[axis]
            at = inner + np.arange(window.counts[axis]) * window.strides[axis]
            at = at - window.pads[axis][0]
            at = np.where((at >= 0) & (at < extent), at, -1)
            before, here = pixels[:, None, :, None], at[None, :, None, :]
            joined = np.where((before < 0) | (here < 0), -1, before * extent + here)
            pixels = joined.reshape(pixels.shape[0] * at.shape[0], -1)
        return pixels
