"""Gather: slices of a tensor at given places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, ConstantOperand, Operand
from modulus.ops._places import in_range, take
from modulus.ops._static import axis_in, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Gather(Operator):
    """y = x[indices] along an axis; places that depend on the input are looked up.

    Shape:
        x: [a, n, b], indices: [i...] -> y: [a, i..., b].

    Numerics:
        Exact; out of a table of constants |error| <= half a unit of y. An index that depends on the
        input must be in [0, n): a negative one is refused.

    Source:
        ONNX operator Gather, opset 1 to 13.
    """

    onnx_name: ClassVar[str] = "Gather"
    bound: ClassVar[Bound] = Bound(units=0.5)
    passes_columns: ClassVar[bool] = True
    keeps_whole: ClassVar[bool] = True

    axis: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Move entries at constant places; look up the others with the axis in front."""
        x, indices = required(self, inputs, 0), required(self, inputs, 1)
        axis = axis_in(self, self.axis, len(x.shape))
        if isinstance(indices, ConstantOperand):
            places = in_range("Gather", indices.array, x.shape[axis])
            taken = take(build, x, axis, places.reshape(-1))
            shape = (*x.shape[:axis], *places.shape, *x.shape[axis + 1 :])
            return (build.reshape(taken, shape),)
        rank, added = len(x.shape), len(indices.shape)
        front = build.transpose(x, (axis, *(a for a in range(rank) if a != axis)))
        found = build.gather(front, indices)
        order = [added + a for a in range(axis)] + list(range(added))
        order += range(added + axis, added + rank - 1)
        return (build.transpose(found, order),)
