"""Concat: tensors behind each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import axis_in, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Concat(Operator):
    """Join tensors along one axis.

    Shape:
        [.., a, ..], [.., b, ..], ... -> [.., a + b + ..., ..].

    Numerics:
        |error| <= one unit of y: all operands are brought to the coarsest scale among them.

    Source:
        ONNX operator Concat, opset 4 to 13.
    """

    onnx_name: ClassVar[str] = "Concat"
    bound: ClassVar[Bound] = Bound(units=1)
    passes_columns: ClassVar[bool] = True
    keeps_whole: ClassVar[bool] = True

    axis: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Concatenate."""
        operands = [required(self, inputs, position) for position in range(max(1, len(inputs)))]
        rank = len(operands[0].shape)
        axis = axis_in(self, self.axis, rank)
        rests = {x.shape[:axis] + x.shape[axis + 1 :] for x in operands}
        if len(rests) > 1 or any(len(x.shape) != rank for x in operands):
            shapes = ", ".join(str(x.shape) for x in operands)
            raise ShapeError(f"Concat along axis {axis}: {shapes} do not fit")
        # Exporters leave operands without entries behind, such as an empty past.
        held = [x for x in operands if 0 not in x.shape] or operands[:1]
        return (held[0] if len(held) == 1 else build.concat(held, axis),)
