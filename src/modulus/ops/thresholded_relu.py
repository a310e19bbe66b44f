"""ThresholdedRelu: x above a threshold, zero below."""

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
class ThresholdedRelu(Operator):
    """x where x > alpha, else 0.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact.

    Source:
        ONNX operator ThresholdedRelu, opset 10 to 22.
    """

    onnx_name: ClassVar[str] = "ThresholdedRelu"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = EXACT

    alpha: float = 1.0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Compare and select."""
        x = required(self, inputs, 0)
        above = build.greater(x, build.constant(np.asarray(self.alpha)))
        return (build.select(above, x, build.constant(np.zeros(()))),)
