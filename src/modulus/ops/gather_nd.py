"""GatherND: slices at places given by several coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand, Reals
from modulus.ops._places import Places, in_range, take_flat
from modulus.ops._static import constant, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class GatherND(Operator):
    """y[i] = x[tuple(indices[i])], with constant indices.

    Shape:
        x: [b..., n..., rest...], indices: [b..., i..., k] -> y: [b..., i..., rest...].

    Numerics:
        Exact.

    Source:
        ONNX operator GatherND, opset 11 to 13; batch_dims from 12.
    """

    onnx_name: ClassVar[str] = "GatherND"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "indices"}

    batch_dims: int = 0

    def check(self) -> None:
        """Refuse a negative number of axes, which ONNX Runtime does not survive."""
        if self.batch_dims < 0:
            raise UnsupportedOperatorError(f"attribute batch_dims={self.batch_dims}")

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Move entries of the flattened tensor."""
        x, indices = required(self, inputs, 0), constant(self, inputs, 1)
        if indices is None or not indices.ndim:
            raise ShapeError("GatherND lacks its indices")
        batch, depth = self.batch_dims, indices.shape[-1]
        if not 0 <= batch < indices.ndim or batch + depth > len(x.shape):
            raise ShapeError(f"GatherND: indices {indices.shape} do not fit shape {x.shape}")
        if indices.shape[:batch] != x.shape[:batch]:
            raise ShapeError(f"GatherND: batches {indices.shape[:batch]} and {x.shape[:batch]}")
        leading = np.indices(indices.shape[:-1])[:batch]
        return (take_flat(build, x, nd_places("GatherND", x.shape, indices, list(leading))),)


def nd_places(
    name: str, shape: tuple[int, ...], indices: Reals, leading: Sequence[Places]
) -> Places:
    """Flat places of the slices that coordinates name; `leading` are those of batch axes."""
    batch, depth = len(leading), indices.shape[-1]
    inner = prod(shape[batch + depth :])
    coordinates = [in_range(name, indices[..., k], shape[batch + k]) for k in range(depth)]
    named = [*leading, *coordinates]
    outer = np.zeros(indices.shape[:-1], np.int64)
    for coordinate, extent in zip(named, shape, strict=False):
        outer = outer * extent + coordinate
    places = outer[..., None] * inner + np.arange(inner)
    return places.reshape(*indices.shape[:-1], *shape[batch + depth :])
