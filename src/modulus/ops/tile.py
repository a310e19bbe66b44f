"""Tile: a tensor repeated along its axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import integers, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Tile(Operator):
    """Copies of x side by side, as many per axis as `repeats` says.

    Shape:
        x: [n, m] -> y: [n * r_0, m * r_1].

    Numerics:
        Exact.

    Source:
        ONNX operator Tile, opset 6 to 13.
    """

    onnx_name: ClassVar[str] = "Tile"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "repeats"}

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Broadcast along a new axis in front of each, then merge."""
        x, repeats = required(self, inputs, 0), integers(self, inputs, 1)
        if repeats is None or len(repeats) != len(x.shape) or min(repeats, default=1) < 1:
            raise ShapeError(f"Tile: repeats {repeats} of shape {x.shape}")
        thin: list[int] = []
        wide: list[int] = []
        for extent, count in zip(x.shape, repeats, strict=True):
            if count > 1:
                thin.append(1)
                wide.append(count)
            thin.append(extent)
            wide.append(extent)
        spread = build.broadcast(build.reshape(x, thin), wide)
        shape = [extent * count for extent, count in zip(x.shape, repeats, strict=True)]
        return (build.reshape(spread, shape),)
