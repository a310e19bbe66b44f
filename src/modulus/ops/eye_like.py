"""EyeLike: ones on a diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class EyeLike(Operator):
    """1 on the k-th diagonal, 0 elsewhere, in the shape of x.

    Shape:
        x: [n, m] -> y: [n, m].

    Numerics:
        Exact; only the shape of x matters.

    Source:
        ONNX operator EyeLike, opset 9 to 22.
    """

    onnx_name: ClassVar[str] = "EyeLike"
    since_opset: ClassVar[int] = 9
    bound: ClassVar[Bound] = EXACT

    dtype: int = 1
    k: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Fill."""
        x = required(self, inputs, 0)
        if len(x.shape) != 2:
            raise ShapeError(f"EyeLike: shape {x.shape} is no matrix")
        return (build.constant(np.eye(*x.shape, k=self.k)),)
