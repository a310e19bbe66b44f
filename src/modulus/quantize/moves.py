"""The builder's moves: what changes the place of entries and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modulus.ir import view
from modulus.ir.value import Value
from modulus.quantize import moving
from modulus.quantize.basic import BasicBuilder, nearest
from modulus.quantize.columns import columns_of, joined
from modulus.quantize.operand import Constant, Operand, positive_axes


class MoveBuilder(BasicBuilder):
    """Windows, pads, slices, joins and rearrangements."""

    def window(
        self,
        x: Operand,
        axes: Sequence[int],
        kernel: Sequence[int],
        strides: Sequence[int],
        dilations: Sequence[int],
        pads: Sequence[tuple[int, int]],
    ) -> Value:
        """Sliding windows: each axis shrinks to its number of windows, kernel axes come last.

        out[.., y, .., i] = x[.., stride*y + dilation*i - pad_before, ..], zero outside x. Pads are
        (before, after) per axis. A pad that must not be zero is made with `pad` first. For
        ceil_mode, enlarge the second pad.
        """
        value = self.value(x)
        slidings = [
            moving.Sliding(axis, *size, *pad)
            for axis, size, pad in zip(
                positive_axes(axes, len(value.shape)),
                zip(kernel, strides, dilations, strict=True),
                pads,
                strict=True,
            )
        ]
        return moving.window(self.assembly, value, slidings)

    def pad(
        self, x: Operand, before: Sequence[int], after: Sequence[int], value: float | None = 0.0
    ) -> Operand:
        """Pad (negative: crop) every axis with a real value; None: the lowest that x may take."""
        pads = list(zip(before, after, strict=True))
        if isinstance(x, Constant) and value is not None and min(*before, *after) >= 0:
            return Constant(np.pad(x.array, pads, constant_values=value))
        held = self.value(x)
        fill = held.low if value is None else nearest(value, held.scale)
        return moving.pad(self.assembly, held, pads, fill)

    def slice(
        self, x: Operand, starts: Sequence[int], steps: Sequence[int], sizes: Sequence[int]
    ) -> Operand:
        """out[i] = x[start + step * i] per axis, i < size; steps may be negative. All in bounds."""
        if isinstance(x, Constant):
            array = x.array
            for axis, (start, step, size) in enumerate(zip(starts, steps, sizes, strict=True)):
                array = array.take(start + step * np.arange(size), axis=axis)
            return Constant(array)
        return moving.slice_axes(self.assembly, self.settle(x), starts, steps, sizes)

    def concat(self, operands: Sequence[Operand], axis: int) -> Operand:
        """Concatenate along an axis, at the coarsest of the operands' scales."""
        (axis,) = positive_axes([axis], len(operands[0].shape))
        if all(isinstance(x, Constant) for x in operands):
            arrays = [x.array for x in operands if isinstance(x, Constant)]
            return Constant(np.concatenate(arrays, axis))
        if len(operands) == 1:
            return operands[0]
        columns = [columns_of(x) for x in operands]
        if any(columns) and axis == len(operands[0].shape) - 1:
            parts = [
                x if x is not None else self.value(y)
                for x, y in zip(columns, operands, strict=True)
            ]
            return joined(self.assembly, parts)
        return moving.concat(self.assembly, self._common_scale(operands), axis)

    def reshape(self, x: Operand, shape: Sequence[int]) -> Operand:
        """Reshape in C order to a complete shape (no 0, no -1); free when axes merge or split."""
        if isinstance(x, Constant):
            return Constant(x.array.reshape(tuple(shape)))
        if tuple(shape) == x.shape:
            return x
        return moving.reshape(self.assembly, self.settle(x), tuple(shape))

    def transpose(self, x: Operand, permutation: Sequence[int]) -> Operand:
        """Permute axes; free."""
        order = positive_axes(permutation, len(x.shape))
        if isinstance(x, Constant):
            return Constant(x.array.transpose(order))
        return view.transpose(self.settle(x), order)

    def broadcast(self, x: Operand, shape: Sequence[int]) -> Operand:
        """Broadcast as in NumPy; free."""
        if isinstance(x, Constant):
            return Constant(np.broadcast_to(x.array, tuple(shape)))
        return view.broadcast(self.settle(x), tuple(shape))
