"""ScatterND: a tensor with some slices replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import constant, required
from modulus.ops.gather_nd import nd_places
from modulus.ops.operator import Operator
from modulus.ops.scatter_elements import overwritten, refuse_reduction


@dataclass(frozen=True)
class ScatterND(Operator):
    """x with slices written at constant coordinates; of two, the last one counts.

    Shape:
        x: [n..., rest...], indices: [i..., k], updates: [i..., rest...] -> y: shape of x.

    Numerics:
        Exact where x and the updates have one scale, else one rounding of the finer one.

    Source:
        ONNX operator ScatterND, opset 11 to 18, reduction none.
    """

    onnx_name: ClassVar[str] = "ScatterND"
    bound: ClassVar[Bound] = Bound(units=0.5)
    static_inputs: ClassVar[Mapping[int, str]] = {1: "indices"}

    reduction: str = "none"

    def check(self) -> None:
        """Accept replacement only."""
        refuse_reduction(self.reduction)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Join x and the updates, and take each entry from where it was last written."""
        x, updates = required(self, inputs, 0), required(self, inputs, 2)
        indices = constant(self, inputs, 1)
        if indices is None or not indices.ndim or indices.shape[-1] > len(x.shape):
            raise ShapeError(f"ScatterND: indices do not fit shape {x.shape}")
        places = nd_places("ScatterND", x.shape, indices, [])
        if places.shape != updates.shape:
            raise ShapeError(f"ScatterND: updates {updates.shape}, expected {places.shape}")
        return (overwritten(build, x, updates, places),)
