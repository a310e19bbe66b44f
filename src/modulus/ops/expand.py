"""Expand: repetition along axes of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import integers, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Expand(Operator):
    """x broadcast to a shape, which may have ones where x has more.

    Shape:
        x: [...] -> y: broadcast of x and the given shape.

    Numerics:
        Exact.

    Source:
        ONNX operator Expand, opset 8 to 13.
    """

    onnx_name: ClassVar[str] = "Expand"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "shape"}

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Repeat, which costs nothing."""
        x = required(self, inputs, 0)
        given = integers(self, inputs, 1)
        if given is None:
            raise ShapeError("Expand lacks its shape")
        try:
            shape = np.broadcast_shapes(x.shape, given)
        except ValueError as error:
            raise ShapeError(f"Expand: {x.shape} does not broadcast to {given}") from error
        return (build.broadcast(x, shape),)
