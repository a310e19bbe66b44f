"""Trilu: one triangle of a matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required, scalar
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Trilu(Operator):
    """The entries on and above (upper), or on and below, the k-th diagonal; zero elsewhere.

    Shape:
        x: [..., n, m] -> y: [..., n, m].

    Numerics:
        |error| <= one unit of y.

    Source:
        ONNX operator Trilu, opset 14.
    """

    onnx_name: ClassVar[str] = "Trilu"
    since_opset: ClassVar[int] = 14
    bound: ClassVar[Bound] = Bound(units=1)
    static_inputs: ClassVar[Mapping[int, str]] = {1: "k"}

    upper: int = 1

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Multiply by a constant mask."""
        x = required(self, inputs, 0)
        if len(x.shape) < 2:
            raise ShapeError(f"Trilu: shape {x.shape} is no matrix")
        k = int(scalar(self, inputs, 1) or 0)
        triangle = np.triu if self.upper else np.tril
        mask = triangle(np.ones(x.shape[-2:]), k)
        return (build.multiply(x, build.constant(mask)),)
