"""Range: evenly spaced numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import scalar
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Range(Operator):
    """start, start + delta, ... below limit.

    Shape:
        start: [], limit: [], delta: [] -> y: [n].

    Numerics:
        Exact; computed when the model is read wherever nothing depends on its input.

    Source:
        ONNX operator Range, opset 11.
    """

    onnx_name: ClassVar[str] = "Range"
    since_opset: ClassVar[int] = 11
    bound: ClassVar[Bound] = Bound(units=1)
    static_inputs: ClassVar[Mapping[int, str]] = {0: "start", 1: "limit", 2: "delta"}

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Count."""
        ends = [scalar(self, inputs, position) for position in range(3)]
        if any(end is None for end in ends):
            raise ShapeError("Range lacks an end")
        start, limit, delta = (float(end) for end in ends if end is not None)
        if delta == 0:
            raise ShapeError("Range: delta is zero")
        count = max(0, math.ceil((limit - start) / delta))
        return (build.constant(start + delta * np.arange(count, dtype=np.float64)),)
