"""DFT: the discrete Fourier transform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, known, like, needed, reshape
from modulus.ops._static import axis_in, check_square

AXIS_AS_INPUT = 20
"""Opset from which the axis is an input, and the last one before the parts by default."""

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class DFT(Expanded):
    """Sums of x times roots of unity along an axis.

    Shape:
        x: [..., n, ..., 1 or 2] (real, or real and imaginary parts) -> y: [..., length, ..., 2], or
        [..., length / 2 + 1, ..., 2] if one-sided; [..., length, ..., 1] if that is inverted.

    Numerics:
        |error| <= two units of y plus half a unit of the weights per product.

    Source:
        ONNX operator DFT, opset 17 (axis as attribute) and 20 (as input).
    """

    onnx_name: ClassVar[str] = "DFT"
    since_opset: ClassVar[int] = 17
    bound: ClassVar[Bound] = Bound(units=2, weights=True)
    static_inputs: ClassVar[Mapping[int, str]] = {1: "dft_length", 2: "axis"}

    axis: int | None = None
    inverse: int = 0
    onesided: int = 0

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """One product with a matrix, over entries and their parts."""
        x = needed(self, inputs, 0)
        shape = to.shape(x)
        rank = len(shape)
        if rank < 2 or shape[-1] not in {1, 2}:
            raise ShapeError(f"DFT: shape {shape} does not end in 1 or 2 parts")
        axis = axis_in(self, self._axis(to, inputs), rank)
        if axis == rank - 1:
            raise ShapeError("DFT: the last axis holds the parts of numbers")
        lengths = known(self, to, inputs, 1)
        length = None if lengths is None or not lengths.size else int(lengths.reshape(-1)[0])
        matrix = self.matrix(shape[axis], length, shape[-1])
        order = [*(a for a in range(rank - 1) if a != axis), axis, rank - 1]
        kept = [shape[a] for a in order[:-2]]
        front = to.add("Transpose", x, perm=order)
        y = transformed(to, reshape(to, front, (*kept, shape[axis] * shape[-1])), kept, matrix, x)
        back = sorted(range(rank), key=order.__getitem__)
        return (to.add("Transpose", y, perm=back),)

    def _axis(self, to: Expansion, inputs: Sequence[str]) -> int:
        given = known(self, to, inputs, 2)
        if given is not None and given.size:
            return int(given.reshape(-1)[0])
        if self.axis is not None:
            return self.axis
        return 1 if to.opset < AXIS_AS_INPUT else -2

    def matrix(self, extent: int, length: int | None, parts: int) -> Reals:
        """Weights [entry, part, frequency, part]; what lies beyond the length counts nothing.

        Raises:
            ShapeError: The length is not positive.
        """
        halved = bool(self.onesided and self.inverse)
        if length is None:
            length = 2 * (extent - 1) if halved else extent
        if length < 1:
            raise ShapeError(f"DFT: {length} frequencies")
        check_square("DFT", max(extent, length))
        entries, frequencies = np.arange(min(extent, length)), np.arange(length)
        if halved:
            entries = entries[: length // 2 + 1]
        elif self.onesided:
            frequencies = frequencies[: length // 2 + 1]
        angles = 2 * np.pi * np.outer(entries, frequencies) / length
        cosines, sines = np.cos(angles), np.sin(angles) * (1 if self.inverse else -1)
        matrix = np.zeros((extent, 2, len(frequencies), 2))
        matrix[: len(entries), 0] = np.stack([cosines, sines], -1)
        matrix[: len(entries), 1] = np.stack([-sines, cosines], -1)
        if self.inverse:
            matrix /= length
        if halved:
            # Each entry stands for itself and its conjugate, unless it is its own.
            matrix[1 : (length + 1) // 2] *= 2
            matrix = matrix[..., :1]
        return matrix[:, :parts]


def transformed(to: Expansion, x: str, kept: Sequence[int], matrix: Reals, kind: str) -> str:
    """Rows of entries and parts times a matrix [entry, part, frequency, part].

    Args:
        to: Takes the nodes.
        x: The rows [kept..., entries * parts].
        kept: Their leading extents.
        matrix: The weights.
        kind: A tensor of the model of the same element type.
    """
    entries, parts, *result = matrix.shape
    flat = like(to, kind, matrix.reshape(entries * parts, -1))
    return reshape(to, to.add("MatMul", x, flat), (*kept, *result))
