"""Upsample: the older name of Resize."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import constant, required
from modulus.ops.operator import Operator
from modulus.ops.resize import Resize


@dataclass(frozen=True)
class Upsample(Operator):
    """Nearest or linear interpolation by constant scales.

    Shape:
        x: [n...] -> y: [floor(n * scale)...].

    Numerics:
        As Resize.

    Source:
        ONNX operator Upsample, opset 9.
    """

    onnx_name: ClassVar[str] = "Upsample"
    bound: ClassVar[Bound] = Bound(units=2, per="axis that changes")
    static_inputs: ClassVar[Mapping[int, str]] = {1: "scales"}

    mode: str = "nearest"

    def check(self) -> None:
        """Check the mode."""
        if self.mode not in {"nearest", "linear"}:
            raise UnsupportedOperatorError(f"attribute mode={self.mode!r} is not supported")

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Resize with places n / scale."""
        resize = Resize(
            mode=self.mode, coordinate_transformation_mode="asymmetric", nearest_mode="floor"
        )
        x = required(self, inputs, 0)
        return (resize.resized(build, x, constant(self, inputs, 1), None),)
