"""Size: the number of entries of a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Size(Operator):
    """The product of the extents of x.

    Shape:
        x: [...] -> y: [].

    Numerics:
        Exact; computed when the model is read wherever nothing depends on its input.

    Source:
        ONNX operator Size, opset 1 to 25.
    """

    onnx_name: ClassVar[str] = "Size"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Read the shape."""
        x = required(self, inputs, 0)
        return (build.constant(np.array(prod(x.shape), dtype=np.float64)),)
