"""HardSigmoid: a clipped line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class HardSigmoid(Operator):
    """clip(alpha * x + beta, 0, 1).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= two units of y.

    Source:
        ONNX operator HardSigmoid, opset 6 to 22.
    """

    onnx_name: ClassVar[str] = "HardSigmoid"
    bound: ClassVar[Bound] = Bound(units=2)

    alpha: float = 0.2
    beta: float = 0.5

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Scale, add and clamp."""
        x = required(self, inputs, 0)
        line = build.add(build.scale_by(x, self.alpha), build.constant(np.asarray(self.beta)))
        return (build.clip(line, 0.0, 1.0),)
