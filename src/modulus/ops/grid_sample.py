"""GridSample: pixels read at given places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand, Reals
from modulus.ops._resampling import cubic_taps
from modulus.ops._static import constant, required
from modulus.ops.operator import Operator

MAX_WEIGHTS = 1 << 24
"""Entries of the matrix that maps old pixels to new ones."""
MODES = {
    "bilinear": "linear",
    "linear": "linear",
    "nearest": "nearest",
    "bicubic": "cubic",
    "cubic": "cubic",
}
PADDINGS = ("zeros", "border", "reflection")


@dataclass(frozen=True)
class GridSample(Operator):
    """Nearest, linear or cubic interpolation of images at constant places in [-1, 1].

    Shape:
        x: [n, c, extents...], grid: [n, places..., axes] -> y: [n, c, places...]; the last axis of
        x comes first in the grid.

    Numerics:
        |error| <= one unit of y plus max|x| times two units of the weights.

    Source:
        ONNX operator GridSample, opset 16 to 22, with a constant grid.
    """

    onnx_name: ClassVar[str] = "GridSample"
    since_opset: ClassVar[int] = 16
    bound: ClassVar[Bound] = Bound(units=2, weights=True)
    static_inputs: ClassVar[Mapping[int, str]] = {1: "grid"}

    align_corners: int = 0
    mode: str = "linear"
    padding_mode: str = "zeros"

    def check(self) -> None:
        """Check the names of the modes."""
        if self.mode not in MODES or self.padding_mode not in PADDINGS:
            raise UnsupportedOperatorError(
                f"attributes mode={self.mode!r}, padding_mode={self.padding_mode!r}: only "
                f"{', '.join(MODES)} and {', '.join(PADDINGS)} work"
            )

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """One contraction over all pixels."""
        x, grid = required(self, inputs, 0), constant(self, inputs, 1)
        rank = len(x.shape)
        if (
            rank < 3
            or grid is None
            or grid.ndim != rank
            or grid.shape[:: rank - 1] != (x.shape[0], rank - 2)
        ):
            raise ShapeError(f"GridSample: the grid does not fit images of shape {x.shape}")
        n, c, *extents = x.shape
        size, pixels = prod(grid.shape[1:-1]), prod(extents)
        if n * size * pixels > MAX_WEIGHTS:
            raise ShapeError(f"GridSample: {size} places of {pixels} pixels are too many")
        matrix = self._matrix(grid.reshape(n, size, -1), extents)
        flat = build.reshape(x, (n, c, pixels))
        y = build.contract("ncp,nop->nco", flat, matrix, None)
        return (build.reshape(y, (n, c, *grid.shape[1:-1])),)

    def _matrix(self, grid: Reals, extents: Sequence[int]) -> Reals:
        """Weights [n, places, pixels]."""
        n, size, axes = grid.shape
        matrix = np.zeros((n, size, prod(extents)))
        images, places = np.indices((n, size))
        taps = [self._taps(grid[..., axes - 1 - k], extent) for k, extent in enumerate(extents)]
        for chosen in product(*taps):
            pixel = np.zeros((n, size), np.int64)
            weight = np.ones((n, size))
            for (index, share), extent in zip(chosen, extents, strict=True):
                pixel = pixel * extent + index
                weight = weight * share
            np.add.at(matrix, (images, places, pixel), weight)
        return matrix

    def _taps(self, where: Reals, extent: int) -> list[tuple[NDArray[np.int64], Reals]]:
        """Old positions and their weights, along one axis."""
        if self.align_corners:
            place, low, high = (where + 1) / 2 * (extent - 1), 0.0, extent - 1.0
        else:
            place, low, high = ((where + 1) * extent - 1) / 2, -0.5, extent - 0.5
        mode = MODES[self.mode]
        if mode == "nearest":
            place = np.rint(place)
        if self.padding_mode == "reflection":
            place = _reflected(place, low, high)
        base = np.floor(place)
        reach = {"nearest": 0, "linear": 1, "cubic": 2}[mode]
        taps = []
        for step in range(1 - reach, reach + 1) if reach else (0,):
            distance = np.abs(place - base - step)
            weight = cubic_taps(distance) if mode == "cubic" else 1 - distance
            tap = base + step
            if self.padding_mode == "zeros":
                weight = np.where((tap >= 0) & (tap < extent), weight, 0.0)
            elif self.padding_mode == "reflection":
                tap = _reflected(tap, low, high)
            taps.append((np.clip(tap, 0, extent - 1).astype(np.int64), weight))
        return taps


def _reflected(place: Reals, low: float, high: float) -> Reals:
    """Places mirrored at both ends until they are between them."""
    period = 2 * (high - low)
    if not period:
        return np.full_like(place, low)
    beyond = np.mod(place - low, period)
    return low + np.minimum(beyond, period - beyond)
