"""GatherElements: one entry per place, along an axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand, Reals
from modulus.ops._places import Places, in_range, take_flat
from modulus.ops._static import axis_in, constant, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class GatherElements(Operator):
    """y[i, j] = x[indices[i, j], j], for the axis in front, with constant indices.

    Shape:
        x: [...], indices: [...] of the same rank -> y: shape of indices.

    Numerics:
        Exact.

    Source:
        ONNX operator GatherElements, opset 11 to 13.
    """

    onnx_name: ClassVar[str] = "GatherElements"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "indices"}

    axis: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Move entries of the flattened tensor."""
        x, indices = required(self, inputs, 0), constant(self, inputs, 1)
        if indices is None or indices.ndim != len(x.shape):
            raise ShapeError(f"GatherElements: indices do not fit shape {x.shape}")
        return (take_flat(build, x, element_places(self, x.shape, indices, self.axis)),)


def element_places(operator: Operator, shape: tuple[int, ...], indices: Reals, axis: int) -> Places:
    """Flat places of the entries that indices along an axis name.

    Raises:
        ShapeError: The indices exceed the shape.
    """
    index = axis_in(operator, axis, len(shape))
    pairs = enumerate(zip(indices.shape, shape, strict=True))
    if any(own > extent for a, (own, extent) in pairs if a != index):
        raise ShapeError(f"{operator.onnx_name}: indices {indices.shape} exceed {shape}")
    grids: list[Places] = list(np.indices(indices.shape))
    grids[index] = in_range(operator.onnx_name, indices, shape[index])
    return np.asarray(np.ravel_multi_index(tuple(grids), shape), np.int64)
