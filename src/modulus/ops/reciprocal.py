"""Reciprocal: one over every number."""

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
class Reciprocal(Operator):
    """1 / x.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= half a unit of y; an execution that divides by zero is refused.

    Source:
        ONNX operator Reciprocal, opset 6 to 13.
    """

    onnx_name: ClassVar[str] = "Reciprocal"
    bound: ClassVar[Bound] = Bound(units=0.5)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Divide one."""
        return (build.divide(build.constant(np.ones(())), required(self, inputs, 0)),)
