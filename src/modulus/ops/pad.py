"""Pad: a border of constant values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import axis_in, integers, required, scalar
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Pad(Operator):
    """Add a constant border, or crop where a pad is negative.

    Shape:
        x: [..., n, ...] -> y: [..., before + n + after, ...].

    Numerics:
        Exact inside; the border is rounded to units of x.

    Source:
        ONNX operator Pad, opset 2 (attributes) and 11 to 25 (inputs; axes from 18), mode constant.
    """

    onnx_name: ClassVar[str] = "Pad"
    bound: ClassVar[Bound] = Bound(units=0.5)
    static_inputs: ClassVar[Mapping[int, str]] = {1: "pads", 2: "constant_value", 3: "axes"}

    mode: str = "constant"
    pads: tuple[int, ...] | None = None
    value: float = 0.0

    def check(self) -> None:
        """Accept constant borders."""
        if self.mode != "constant":
            raise UnsupportedOperatorError(f"attribute mode={self.mode!r}: only 'constant' works")

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Spread the pads over all axes, then pad."""
        x = required(self, inputs, 0)
        rank = len(x.shape)
        pads = self.pads if self.pads is not None else integers(self, inputs, 1)
        if pads is None:
            raise ShapeError("Pad lacks its pads")
        given = scalar(self, inputs, 2)
        axes = integers(self, inputs, 3)
        axes = tuple(range(rank)) if axes is None else axes
        if len(pads) != 2 * len(axes):
            raise ShapeError(f"Pad: {len(pads)} pads for {len(axes)} axes")
        before, after = [0] * rank, [0] * rank
        for position, axis in enumerate(axes):
            index = axis_in(self, axis, rank)
            before[index] = pads[position]
            after[index] = pads[position + len(axes)]
        sizes = zip(x.shape, before, after, strict=True)
        if any(extent + low + high < 1 for extent, low, high in sizes):
            raise ShapeError(f"Pad: nothing of shape {x.shape} is left by pads {pads}")
        if not any(before) and not any(after):
            return (x,)
        return (build.pad(x, before, after, self.value if given is None else given),)
