"""DFT: the discrete Fourier transform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand, Reals
from modulus.ops._places import axis_letters
from modulus.ops._static import axis_in, check_square, integers, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class DFT(Operator):
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

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """One contraction over entries and their parts."""
        x = required(self, inputs, 0)
        rank = len(x.shape)
        if rank < 2 or x.shape[-1] not in {1, 2}:
            raise ShapeError(f"DFT: shape {x.shape} does not end in 1 or 2 parts")
        given = integers(self, inputs, 2)
        stated = given[0] if given else self.axis
        if stated is None and rank != 3:
            # Opset 17 takes the second axis then, opset 20 the last one before the parts.
            raise UnsupportedOperatorError(f"DFT: state the axis of a tensor of rank {rank}")
        axis = axis_in(self, 1 if stated is None else stated, rank)
        if axis == rank - 1:
            raise ShapeError("DFT: the last axis holds the parts of numbers")
        lengths = integers(self, inputs, 1)
        matrix = self.matrix(x.shape[axis], lengths[0] if lengths else None, x.shape[-1])
        own = axis_letters(rank, "YZ")
        entry, part = own[axis], own[-1]
        result = own[:axis] + "Y" + own[axis + 1 : -1] + "Z"
        return (build.contract(f"{own},{entry}{part}YZ->{result}", x, matrix, None),)

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
