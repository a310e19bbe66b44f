"""Hardmax: one at the first maximum, zero elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import axis_in, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Hardmax(Operator):
    """1 at the first maximum along an axis, 0 elsewhere.

    Shape:
        x: [..., n, ...] -> y: [..., n, ...].

    Numerics:
        Exact, of the rounded x.

    Source:
        ONNX operator Hardmax, opset 9 to 13; before 13 all axes from one on count as one.
    """

    onnx_name: ClassVar[str] = "Hardmax"
    bound: ClassVar[Bound] = EXACT

    axis: int = -1

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Compare every place with that of the maximum."""
        x = required(self, inputs, 0)
        axis = axis_in(self, self.axis, len(x.shape))
        place = build.argmax(x, axis, keepdims=True)
        shape = [x.shape[axis] if a == axis else 1 for a in range(len(x.shape))]
        places = np.arange(x.shape[axis], dtype=np.float64).reshape(shape)
        return (build.equal(place, build.constant(places)),)
