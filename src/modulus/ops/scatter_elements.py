"""ScatterElements: a tensor with some entries replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._places import Places, take
from modulus.ops._static import constant, required
from modulus.ops.gather_elements import element_places
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class ScatterElements(Operator):
    """x with updates written at constant places along an axis; of two, the last one counts.

    Shape:
        x: [...], indices: [i...], updates: [i...] -> y: shape of x.

    Numerics:
        Exact where x and the updates have one scale, else one rounding of the finer one.

    Source:
        ONNX operator ScatterElements, opset 11 to 18, reduction none.
    """

    onnx_name: ClassVar[str] = "ScatterElements"
    bound: ClassVar[Bound] = Bound(units=0.5)
    static_inputs: ClassVar[Mapping[int, str]] = {1: "indices"}

    axis: int = 0
    reduction: str = "none"

    def check(self) -> None:
        """Accept replacement only."""
        refuse_reduction(self.reduction)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Join x and the updates, and take each entry from where it was last written."""
        x, updates = required(self, inputs, 0), required(self, inputs, 2)
        indices = constant(self, inputs, 1)
        if indices is None or indices.ndim != len(x.shape) or indices.shape != updates.shape:
            raise ShapeError(f"ScatterElements: indices or updates do not fit shape {x.shape}")
        places = element_places(self, x.shape, indices, self.axis)
        return (overwritten(build, x, updates, places),)


def refuse_reduction(reduction: str) -> None:
    """Accept replacement only.

    Raises:
        UnsupportedOperatorError: Updates are to be combined with x.
    """
    if reduction != "none":
        raise UnsupportedOperatorError(f"attribute reduction={reduction!r}: only 'none' works")


def overwritten(build: Builder, x: Operand, updates: Operand, places: Places) -> Operand:
    """X with updates at flat places."""
    total = int(np.prod(x.shape))
    if not places.size:
        return x
    source = np.arange(total)
    source[places.reshape(-1)] = total + np.arange(places.size)
    flat = [build.reshape(x, (total,)), build.reshape(updates, (places.size,))]
    return build.reshape(take(build, build.concat(flat, 0), 0, source), x.shape)
