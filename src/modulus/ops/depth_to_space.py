"""DepthToSpace: channels rearranged into blocks of pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class DepthToSpace(Operator):
    """Every group of blocksize^2 channels becomes a block of pixels; CRD is PixelShuffle's order.

    Shape:
        x: [n, c, h, w] -> y: [n, c / b^2, h * b, w * b].

    Numerics:
        Exact.

    Source:
        ONNX operator DepthToSpace, opset 1 to 13; mode from 11.
    """

    onnx_name: ClassVar[str] = "DepthToSpace"
    bound: ClassVar[Bound] = EXACT

    blocksize: int = 0
    mode: str = "DCR"

    def check(self) -> None:
        """Check the mode."""
        if self.mode not in {"DCR", "CRD"}:
            raise UnsupportedOperatorError(f"attribute mode={self.mode!r} is neither DCR nor CRD")

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Split the channels, permute, merge."""
        x, b = required(self, inputs, 0), self.blocksize
        if len(x.shape) != 4 or b < 1 or x.shape[1] % (b * b):
            raise ShapeError(f"DepthToSpace: shape {x.shape} in blocks of {b}")
        n, c, h, w = x.shape
        rest = c // (b * b)
        if self.mode == "DCR":
            split, order = (n, b, b, rest, h, w), (0, 3, 4, 1, 5, 2)
        else:
            split, order = (n, rest, b, b, h, w), (0, 1, 4, 2, 5, 3)
        y = build.transpose(build.reshape(x, split), order)
        return (build.reshape(y, (n, rest, h * b, w * b)),)
