"""Rewire: affine maps of indices that are not a renaming of index bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, View
from modulus.ir.view import axis_locals, place
from modulus.relations.coordinate import HALF, Point, bits_of, block_bits, local_point
from modulus.relations.form import Form, Kernel, KernelPart, One, Selector, Term, constant
from modulus.relations.system import Definition, DefinitionKind, Summand


@dataclass(frozen=True, slots=True)
class Equation:
    """sum of coefficient * output index + constant = sum of stride * source index.

    The strides are those of a mixed radix, so the source indices are determined.
    """

    constant: int
    output: tuple[tuple[int, int], ...]
    """(axis, coefficient)."""
    source: tuple[tuple[int, int], ...]
    """(axis, stride), the largest stride first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A source and one equation per group of axes; every axis longer than one is in exactly one."""

    source: View
    equations: tuple[Equation, ...]

    def kept(self, shape: tuple[int, ...]) -> dict[int, int]:
        """Return source axis -> output axis for the axes that stay what they are."""
        result = {}
        for equation in self.equations:
            if equation.constant or len(equation.output) != 1 or len(equation.source) != 1:
                continue
            (axis, coefficient), (source, stride) = equation.output[0], equation.source[0]
            if coefficient == stride == 1 and shape[axis] == self.source.physical[source]:
                result[source] = axis
        return result


@dataclass(frozen=True, slots=True)
class Rewire:
    """output[i] = the entry of the one piece whose equations hold at i, else `fill`.

    Window, strided slice, flip, pad, concatenation and general reshape are all of this shape.
    """

    label: str
    shape: tuple[int, ...]
    pieces: tuple[Piece, ...]
    fill: int
    output: int

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Gather."""
        result = np.full(self.shape, self.fill, dtype=np.int64)
        for piece in self.pieces:
            source = evaluate(piece.source.form, piece.source.physical, arrays)
            index, inside = _solve(piece, self.shape)
            taken = source.reshape(-1)[np.where(inside, index, 0)]
            result = np.where(inside, taken, result)
        arrays[self.output] = result

    def declare(self, to: Declaration) -> None:
        """Declare the sum over the source indices that are not kept."""
        points = axis_locals(self.shape)
        offset = Form(())
        if self.fill:
            selectors = tuple(
                Selector(extent, point) for extent, point in zip(self.shape, points, strict=True)
            )
            offset = constant(self.fill).selected(selectors)
        summands = []
        for piece in self.pieces:
            summands.append(self._summand(piece, points))
            if self.fill:
                offset = offset.plus(self._covered(piece, points))
        to.system.definitions.append(
            Definition(self.output, DefinitionKind.REWIRE, offset, tuple(summands))
        )

    def _summand(self, piece: Piece, points: tuple[Point, ...]) -> Summand:
        kept = piece.kept(self.shape)
        first = end = block_bits(self.shape)
        source_points: list[Point] = [()] * len(piece.source.physical)
        for axis in reversed(range(len(source_points))):
            if axis in kept:
                source_points[axis] = points[kept[axis]]
                continue
            bits = bits_of(piece.source.physical[axis])
            source_points[axis] = local_point(bits, end)
            end += bits
        kernels = self._kernels(piece, points, source_points)
        factor = place(piece.source.form, source_points)
        return Summand(tuple(range(first, end)), kernels, (factor,))

    def _covered(self, piece: Piece, points: tuple[Point, ...]) -> Form:
        """Return -fill where the piece has an entry: the kernels summed over all source indices."""
        kept = piece.kept(self.shape)
        halves: list[Point] = [
            () if axis in kept else (HALF,) * bits_of(extent)
            for axis, extent in enumerate(piece.source.physical)
        ]
        bits = sum(map(len, halves))
        selectors = tuple(
            Selector(self.shape[axis], points[axis])
            for axis in kept.values()
            if self.shape[axis] != 1 << len(points[axis])
        )
        kernels = self._kernels(piece, points, halves)
        return Form((Term(-self.fill << bits, One(), selectors, kernels),))

    def _kernels(
        self, piece: Piece, points: tuple[Point, ...], source_points: list[Point]
    ) -> tuple[Kernel, ...]:
        kept = piece.kept(self.shape)
        return tuple(
            Kernel(
                equation.constant,
                tuple(
                    KernelPart(coefficient, self.shape[axis], points[axis])
                    for axis, coefficient in equation.output
                )
                + tuple(
                    KernelPart(-stride, piece.source.physical[axis], source_points[axis])
                    for axis, stride in equation.source
                ),
            )
            for equation in piece.equations
            if equation.source[0][0] not in kept
        )


def _solve(piece: Piece, shape: tuple[int, ...]) -> tuple[Integers, NDArray[np.bool_]]:
    """Return for every output index the flat source index, and whether there is one."""
    physical = piece.source.physical
    flat_strides = np.cumprod((1, *physical[:0:-1]))[::-1]
    index: Integers = np.zeros((1,) * len(shape), dtype=np.int64)
    inside: NDArray[np.bool_] = np.ones((1,) * len(shape), dtype=np.bool_)
    for equation in piece.equations:
        rest: Integers = np.full((1,) * len(shape), equation.constant, dtype=np.int64)
        for axis, coefficient in equation.output:
            along = [1] * len(shape)
            along[axis] = shape[axis]
            rest = rest + coefficient * np.arange(shape[axis]).reshape(along)
        for axis, stride in equation.source:
            digit = rest // stride
            rest = rest - digit * stride
            inside = inside & (digit >= 0) & (digit < physical[axis])
            index = index + digit * flat_strides[axis]
        inside = inside & (rest == 0)
    return np.broadcast_to(index, shape), np.broadcast_to(inside, shape)
