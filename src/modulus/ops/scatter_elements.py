"""ScatterElements: a tensor with some entries replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._scattering import check_reduction, scattered
from modulus.ops._static import constant, required
from modulus.ops.gather_elements import element_places
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class ScatterElements(Operator):
    """x with updates written at constant places along an axis; of two, the last one counts.

    With a reduction, updates are added to what is there, multiplied by it or compared with it.

    Shape:
        x: [...], indices: [i...], updates: [i...] -> y: shape of x.

    Numerics:
        Exact where x and the updates have one scale, else one rounding of the finer one; products
        are rounded once more per update of an entry.

    Source:
        ONNX operator ScatterElements, opset 11 to 18, with constant indices.
    """

    onnx_name: ClassVar[str] = "ScatterElements"
    bound: ClassVar[Bound] = Bound(units=1, per="update of an entry")
    keeps_whole: ClassVar[bool] = True
    static_inputs: ClassVar[Mapping[int, str]] = {1: "indices"}

    axis: int = 0
    reduction: str = "none"

    def check(self) -> None:
        """Check the reduction."""
        check_reduction(self.reduction)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Write the updates, or combine them with what is there."""
        x, updates = required(self, inputs, 0), required(self, inputs, 2)
        indices = constant(self, inputs, 1)
        if indices is None or indices.ndim != len(x.shape) or indices.shape != updates.shape:
            raise ShapeError(f"ScatterElements: indices or updates do not fit shape {x.shape}")
        places = element_places(self, x.shape, indices, self.axis)
        return (scattered(build, x, updates, places, self.reduction),)
