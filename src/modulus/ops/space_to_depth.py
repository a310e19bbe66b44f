"""SpaceToDepth: blocks of pixels rearranged into channels."""

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
class SpaceToDepth(Operator):
    """Every block of pixels becomes blocksize^2 groups of channels, or CRD: each channel that many.

    Shape:
        x: [n, c, h, w] -> y: [n, c * b^2, h / b, w / b].

    Numerics:
        Exact.

    Source:
        ONNX operator SpaceToDepth, opset 1 to 28; mode from 28.
    """

    onnx_name: ClassVar[str] = "SpaceToDepth"
    bound: ClassVar[Bound] = EXACT

    blocksize: int = 0
    mode: str = "DCR"

    def check(self) -> None:
        """Check the mode."""
        if self.mode not in {"DCR", "CRD"}:
            raise UnsupportedOperatorError(f"attribute mode={self.mode!r} is neither DCR nor CRD")

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Split the pixels, permute, merge."""
        x, b = required(self, inputs, 0), self.blocksize
        if len(x.shape) != 4 or b < 1 or x.shape[2] % b or x.shape[3] % b:
            raise ShapeError(f"SpaceToDepth: shape {x.shape} in blocks of {b}")
        n, c, h, w = x.shape
        order = (0, 3, 5, 1, 2, 4) if self.mode == "DCR" else (0, 1, 3, 5, 2, 4)
        y = build.transpose(build.reshape(x, (n, c, h // b, b, w // b, b)), order)
        return (build.reshape(y, (n, c * b * b, h // b, w // b)),)
