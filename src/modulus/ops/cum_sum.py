"""CumSum: running sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import axis_in, check_square, integers, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class CumSum(Operator):
    """The sum of all entries up to each one along an axis.

    Shape:
        x: [..., n, ...] -> y: [..., n, ...].

    Numerics:
        Exact.

    Source:
        ONNX operator CumSum, opset 11 to 14.
    """

    onnx_name: ClassVar[str] = "CumSum"
    since_opset: ClassVar[int] = 11
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "axis"}

    exclusive: int = 0
    reverse: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Contract with a triangle of ones."""
        x = required(self, inputs, 0)
        given = integers(self, inputs, 1)
        axis = axis_in(self, given[0] if given else 0, len(x.shape))
        extent = x.shape[axis]
        # Entry (i, j) says whether x[i] is part of the sum at j.
        check_square("CumSum", extent)
        triangle = np.triu(np.ones((extent, extent), np.int64), int(bool(self.exclusive)))
        if self.reverse:
            triangle = triangle.T
        letters = "".join(chr(ord("a") + a) for a in range(len(x.shape)))
        summed = letters[axis]
        labels = f"{letters},{summed}z->{letters.replace(summed, 'z')}"
        return (build.contract_exact(labels, x, triangle),)
