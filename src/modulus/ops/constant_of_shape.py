"""ConstantOfShape: one number everywhere in a shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import integers
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class ConstantOfShape(Operator):
    """A tensor of a given shape with one value.

    Shape:
        shape: [rank] -> y: the shape.

    Numerics:
        Exact; computed when the model is read wherever nothing depends on its input.

    Source:
        ONNX operator ConstantOfShape, opset 9 to 25.
    """

    onnx_name: ClassVar[str] = "ConstantOfShape"
    since_opset: ClassVar[int] = 9
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {0: "input"}

    value: NDArray[np.generic] | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Fill."""
        shape = integers(self, inputs, 0)
        if shape is None:
            raise ShapeError("ConstantOfShape lacks its shape")
        value = 0.0 if self.value is None else float(np.asarray(self.value).reshape(-1)[0])
        return (build.constant(np.full(shape, value)),)
