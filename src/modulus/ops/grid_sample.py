"""GridSample: pixels read at given places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand, Reals
from modulus.ops._static import constant, required
from modulus.ops.operator import Operator

MAX_WEIGHTS = 1 << 24
"""Entries of the matrix that maps old pixels to new ones."""
MODES = {"bilinear": "linear", "linear": "linear", "nearest": "nearest"}


@dataclass(frozen=True)
class GridSample(Operator):
    """Linear or nearest interpolation of images at constant places in [-1, 1].

    Shape:
        x: [n, c, h, w], grid: [n, h', w', 2] -> y: [n, c, h', w'].

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
        """Accept linear and nearest, zeros and the border."""
        if self.mode not in MODES or self.padding_mode not in {"zeros", "border"}:
            raise UnsupportedOperatorError(
                f"attributes mode={self.mode!r}, padding_mode={self.padding_mode!r}: only linear "
                "and nearest, zeros and border work"
            )

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """One contraction over all pixels."""
        x, grid = required(self, inputs, 0), constant(self, inputs, 1)
        if len(x.shape) != 4 or grid is None or grid.shape[::3] != (x.shape[0], 2):
            raise ShapeError(f"GridSample: the grid does not fit images of shape {x.shape}")
        n, c, h, w = x.shape
        size = grid.shape[1] * grid.shape[2]
        if n * size * h * w > MAX_WEIGHTS:
            raise ShapeError(f"GridSample: {size} places of {h * w} pixels are too many")
        matrix = self._matrix(grid.reshape(n, size, 2), h, w)
        flat = build.reshape(x, (n, c, h * w))
        y = build.contract("ncp,nop->nco", flat, matrix, None)
        return (build.reshape(y, (n, c, *grid.shape[1:3])),)

    def _matrix(self, grid: Reals, h: int, w: int) -> Reals:
        """Weights [n, places, pixels]."""
        n, size, _ = grid.shape
        matrix = np.zeros((n, size, h * w))
        across = self._taps(grid[..., 0], w)
        down = self._taps(grid[..., 1], h)
        images, places = np.indices((n, size))
        for row, row_weight in down:
            for column, column_weight in across:
                np.add.at(matrix, (images, places, row * w + column), row_weight * column_weight)
        return matrix

    def _taps(self, where: Reals, extent: int) -> list[tuple[NDArray[np.int64], Reals]]:
        """Old positions and their weights, along one axis."""
        if self.align_corners:
            place = (where + 1) / 2 * (extent - 1)
        else:
            place = ((where + 1) * extent - 1) / 2
        if self.padding_mode == "border":
            place = np.clip(place, 0, extent - 1)
        if MODES[self.mode] == "nearest":
            taps = [(np.rint(place), np.ones_like(place))]
        else:
            low = np.floor(place)
            taps = [(low, 1 - (place - low)), (low + 1, place - low)]
        return [
            (
                np.clip(tap, 0, extent - 1).astype(np.int64),
                np.where((tap >= 0) & (tap < extent), weight, 0.0),
            )
            for tap, weight in taps
        ]
