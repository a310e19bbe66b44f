"""Or: truth where one or both hold."""

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
class Or(Operator):
    """1 where one or both hold, else 0.

    Shape:
        a: [...], b: [...] -> y: broadcast of both.

    Numerics:
        Exact.

    Source:
        ONNX operator Or, opset 7.
    """

    onnx_name: ClassVar[str] = "Or"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Select by the first operand."""
        a, b = required(self, inputs, 0), required(self, inputs, 1)
        return (build.select(a, build.constant(np.ones(())), build.truth(b)),)
