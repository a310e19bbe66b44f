"""Shape: the shape of a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Shape(Operator):
    """The extents of x, or those from `start` to `end`.

    Shape:
        x: [...] -> y: [rank].

    Numerics:
        Exact; computed when the model is read wherever nothing depends on its input.

    Source:
        ONNX operator Shape, opset 1 to 25.
    """

    onnx_name: ClassVar[str] = "Shape"
    bound: ClassVar[Bound] = EXACT

    start: int = 0
    end: int | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Read the shape."""
        x = required(self, inputs, 0)
        return (build.constant(np.array(x.shape[self.start : self.end], dtype=np.float64)),)
