"""The builder's truth values: comparisons, logic and selection."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modulus.errors import QuantizationError
from modulus.ir import view
from modulus.ir.value import Value, plain_axes
from modulus.quantize import deciding
from modulus.quantize.assembly import to_integers
from modulus.quantize.columns import Columns, columns_of
from modulus.quantize.inputs import without_grid
from modulus.quantize.moves import MoveBuilder
from modulus.quantize.operand import Constant, Operand, Reals

Float32 = NDArray[np.float32]
MASK = 1e4
"""Size from which a negative constant beside much smaller numbers means "never"."""
FAR = 12.0
"""How far below everything a masked entry is at least: exp(-12) rounds to nothing."""


class TruthBuilder(MoveBuilder):
    """What decides: values of scale one that are 0 or 1, and choices by them."""

    def greater_or_equal(self, a: Operand, b: Operand) -> Operand:
        """[a >= b]: exact against a constant or at equal scales, else at the coarser scale."""
        return self._compared(a, b, strict=False)

    def greater(self, a: Operand, b: Operand) -> Operand:
        """[a > b], as `greater_or_equal`."""
        return self._compared(a, b, strict=True)

    def beyond(self, x: Operand, thresholds: Float32, strict: NDArray[np.bool_]) -> Operand:
        """[x >= t], or [x > t] where strict, per column of x as float32 numbers compare.

        An integer is on the side of the float32 number that is nearest to its real value. In a
        column without a decimal grid, whose unit is a power of two, a threshold is rounded as
        inputs are instead: then an input that equals it is decided right, however small it is.
        """
        if isinstance(x, Constant):
            reals = x.array.astype(np.float32)
            above = (reals > thresholds) | (~strict & (reals == thresholds))
            return Constant(above.astype(np.float64))
        held = columns_of(x)
        if held is None or not (held.factor > 0).all():
            value = self.settle(x)
            extent = value.shape[-1]
            held = Columns(value, np.ones(extent), np.zeros(extent))
        unit = held.factor * held.value.scale
        toward = np.where(strict, np.inf, -np.inf).astype(np.float32)
        next_to = np.nextafter(thresholds, toward).astype(np.float64)
        middle = np.ceil(((thresholds + next_to) / 2 - held.offset) / unit)
        rounded = np.rint((thresholds - held.offset) / unit) + strict
        least = np.where(without_grid(unit), rounded, middle)
        limit = self._least(held.value, least)
        return deciding.at_least_zero(self.assembly, [held.value, limit], [1, -1], 0)

    def equal(self, a: Operand, b: Operand) -> Operand:
        """[a = b]: [a >= b] - [a > b]."""
        least, more = self.greater_or_equal(a, b), self.greater(a, b)
        if isinstance(least, Constant) or isinstance(more, Constant):
            return self.subtract(least, more)
        least, more = self.settle(least), self.settle(more)
        difference = view.combine([least, more], [1, -1], "equal", 1.0)
        return replace(difference, low=0, high=1)

    def logical_not(self, x: Operand) -> Operand:
        """1 - x of a truth value."""
        if isinstance(x, Constant):
            return Constant(1.0 - x.array)
        value = self.truth(x)
        one = view.filled(value.axes, 1, "one", 1.0)
        return replace(view.combine([one, value], [1, -1], "not", 1.0), low=0, high=1)

    def add(self, a: Operand, b: Operand) -> Operand:
        """A + b as in the basic builder; a constant mask is brought near (see `unmasked`)."""
        for x, mask in ((a, b), (b, a)):
            if isinstance(mask, Constant) and not isinstance(x, Constant) and _is_mask(mask.array):
                value = self.settle(x)
                return super().add(value, Constant(unmasked(value, mask.array)))
        return super().add(a, b)

    def select(self, condition: Operand, chosen: Operand, otherwise: Operand) -> Operand:
        """Return chosen where the condition holds, else otherwise; all three broadcast.

        Exact at equal scales; a constant is rounded to the scale of the other operand, and of two
        values the finer one to the scale of the coarser one. A constant mask is brought near.
        """
        parts = (condition, chosen, otherwise)
        if all(isinstance(x, Constant) for x in parts):
            arrays = [x.array for x in parts if isinstance(x, Constant)]
            return Constant(np.where(arrays[0] != 0, arrays[1], arrays[2]))
        a, b = self._branches(chosen, otherwise)
        return deciding.select(self.assembly, self.truth(condition), a, b)

    def truth(self, x: Operand) -> Value:
        """Return a truth value as integers.

        Raises:
            QuantizationError: The operand holds other numbers than 0 and 1.
        """
        if isinstance(x, Constant):
            bits = (x.array != 0).astype(np.int64)
            return self.assembly.fixed("truth", plain_axes(bits.shape), bits, (0, 1))
        value = self.settle(x)
        if value.scale != 1.0:
            raise QuantizationError(f"{self.assembly.layer}: {value.name} is not a truth value")
        if value.low >= 0 and value.high <= 1:
            return value
        # An input may hold any integer of its width: what is at least one is true.
        return deciding.at_least_zero(self.assembly, [value], [1], -1)

    def _compared(self, a: Operand, b: Operand, *, strict: bool) -> Operand:
        if isinstance(a, Constant) and isinstance(b, Constant):
            holds = a.array > b.array if strict else a.array >= b.array
            return Constant(holds.astype(np.float64))
        if isinstance(a, Constant):
            return self.logical_not(self._compared(b, a, strict=not strict))
        if isinstance(b, Constant):
            array, columns = b.array, columns_of(a)
            if columns is not None and (columns.factor > 0).all():
                value, array = columns.value, (array - columns.offset) / columns.factor
            else:
                value = self.settle(a)
            held = self._threshold(value, array, strict=strict)
            return deciding.at_least_zero(self.assembly, [value, held], [1, -1], 0)
        left, right = self._branches(a, b)
        return deciding.at_least_zero(self.assembly, [left, right], [1, -1], -int(strict))

    def _threshold(self, value: Value, array: Reals, *, strict: bool) -> Value:
        """The least integers of a value's scale that are at least (or above) real numbers."""
        quotient = array / value.scale
        # A number on the scale's grid is meant to be hit, whatever its last bit says.
        whole = np.round(quotient)
        near = np.abs(quotient - whole) <= 1e-9 * np.abs(quotient)
        quotient = np.where(near, whole, quotient)
        return self._least(value, np.floor(quotient) + 1 if strict else np.ceil(quotient))

    def _least(self, value: Value, least: Reals) -> Value:
        """Commit the least integers that are on the upper side, as far as a value reaches."""
        bits = max(-value.low, value.high + 1).bit_length()
        limit = 1 << bits
        integers = np.clip(least, -limit, limit).astype(np.int64)
        held = deciding.integers(self.assembly, "threshold", integers, bits, value.scale)
        return replace(held, low=int(integers.min()), high=int(integers.max()))

    def _branches(self, a: Operand, b: Operand) -> tuple[Value, Value]:
        """Return two operands at one scale; a constant takes that of the other one."""
        if isinstance(a, Constant) and not isinstance(b, Constant):
            value = self.settle(b)
            a = Constant(unmasked(value, a.array))
            if not self._too_coarse(value, a.array):
                return self._at_scale(a.array, value.scale), value
        elif isinstance(b, Constant) and not isinstance(a, Constant):
            value = self.settle(a)
            b = Constant(unmasked(value, b.array))
            if not self._too_coarse(value, b.array):
                return value, self._at_scale(b.array, value.scale)
        left, right = self._common_scale([a, b])
        return left, right

    def _too_coarse(self, value: Value, array: Reals) -> bool:
        reach = float(np.abs(array).max(initial=0.0))
        return reach / value.scale >= 1 << (self.settings.activation_bits + 2)

    def _at_scale(self, array: Reals, scale: float) -> Value:
        bits = self.settings.activation_bits + 2
        return deciding.integers(self.assembly, "constant", to_integers(array / scale), bits, scale)


def unmasked(value: Value, array: Reals) -> Reals:
    """Return a constant with entries that mean minus infinity brought near to a value's range.

    Models write -10000 or the lowest float into attention scores, for the exponential that follows.
    At that scale all other scores would round to zero. What is left is FAR below every entry that
    the value may have.
    """
    reach = max(map(abs, value.real_range))
    far = reach + FAR
    return np.where((array <= -MASK) & (array < -16 * far), -far, array)


def _is_mask(array: Reals) -> bool:
    """Whether a constant that is added leaves some entries alone and takes others out."""
    return bool((array <= -MASK).any() and (np.abs(array) <= 1.0).any())
