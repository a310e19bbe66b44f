"""Reshape: the same entries in another shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import integers, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Reshape(Operator):
    """Entries in C order; 0 copies an extent (unless allowzero), -1 is what remains.

    Shape:
        x: [...] -> y: [shape].

    Numerics:
        Exact.

    Source:
        ONNX operator Reshape, opset 5 to 25; allowzero from 14.
    """

    onnx_name: ClassVar[str] = "Reshape"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "shape"}

    allowzero: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Complete the shape, then reshape."""
        x = required(self, inputs, 0)
        wanted = integers(self, inputs, 1)
        if wanted is None:
            raise ShapeError("Reshape lacks its shape")
        return (build.reshape(x, self.complete(x.shape, wanted)),)

    def complete(self, shape: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
        """The result's shape without 0 and -1.

        Raises:
            ShapeError: The entries do not fit.
        """
        message = f"Reshape: {shape} does not fit {wanted}"
        extents = list(wanted)
        for axis, extent in enumerate(wanted):
            if extent == 0 and not self.allowzero:
                if axis >= len(shape):
                    raise ShapeError(message)
                extents[axis] = shape[axis]
        if extents.count(-1) > 1 or any(extent < -1 for extent in extents):
            raise ShapeError(message)
        if -1 in extents:
            rest = prod(extent for extent in extents if extent != -1)
            if rest == 0 or prod(shape) % rest:
                raise ShapeError(message)
            extents[extents.index(-1)] = prod(shape) // rest
        if prod(extents) != prod(shape):
            raise ShapeError(message)
        return tuple(extents)
