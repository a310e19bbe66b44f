"""Transpose: permuted axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Transpose(Operator):
    """Axis i of the result is axis perm[i] of x; by default the order is reversed.

    Shape:
        x: [n_0, n_1, ...] -> y: [n_perm[0], n_perm[1], ...].

    Numerics:
        Exact, and free: a view.

    Source:
        ONNX operator Transpose, opset 1 to 25.
    """

    onnx_name: ClassVar[str] = "Transpose"
    bound: ClassVar[Bound] = EXACT

    perm: tuple[int, ...] | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Permute."""
        x = required(self, inputs, 0)
        rank = len(x.shape)
        permutation = tuple(reversed(range(rank))) if self.perm is None else self.perm
        if sorted(permutation) != list(range(rank)):
            raise ShapeError(f"Transpose: {permutation} does not permute {rank} axes")
        return (build.transpose(x, permutation),)
