"""The builder's sums, products, contractions and moves; `builder.py` adds what is made of steps.

Operands are values (integers with a scale), pending results (not rounded yet) and constants (real
numbers). Every method accepts any of the three unless it says otherwise; a pending result is
settled when a method needs its integers. Axes may be negative, as in ONNX.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from modulus.ir import view
from modulus.ir.value import Value, plain_axes
from modulus.quantize import deciding, elementwise
from modulus.quantize.assembly import Assembly, to_integers
from modulus.quantize.channels import scaled_channels
from modulus.quantize.columns import columns_of, contracted
from modulus.quantize.contracting import Labels, contract_values
from modulus.quantize.operand import (
    Constant,
    Operand,
    Pending,
    Reals,
    ScaledTerm,
    WeightTerm,
    broadcast_shapes,
    positive_axes,
)
from modulus.quantize.repeated import contract_repeated, identity
from modulus.quantize.settings import Settings
from modulus.quantize.settle import Request, natural_scale, settle_pending
from modulus.quantize.sums import shifted, sum_view
from modulus.quantize.tables import (
    RealFunction,
    TableFunction,
    apply_table,
    fits_table,
    table_bits,
)

MAX_VIEW_BITS = 14
"""How many bits more than an activation a view may have before it is rounded again."""


class BasicBuilder:
    """The linear part of a builder, with maxima and tables."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.assembly = Assembly(settings)

    def settle(
        self,
        x: Operand,
        *,
        bounds: tuple[float, float] | None = None,
        scale: float | None = None,
    ) -> Value:
        """Round to integers of the activation width; a value is returned as it is.

        Args:
            x: What to round. A pending result is rounded once, however often this is called.
            bounds: The real range; by default the calibrated one, else the static one.
            scale: Force this scale (then a value of another scale is requantised).
        """
        return self._settle(x, Request(bounds=bounds, scale=scale))

    def constant(self, array: Reals) -> Constant:
        """Return a constant operand."""
        return Constant(np.asarray(array, dtype=np.float64))

    def add(self, a: Operand, b: Operand) -> Operand:
        """A + b with broadcasting; constants and pending results are folded, nothing is rounded."""
        if isinstance(a, Constant) and isinstance(b, Constant):
            return Constant(a.array + b.array)
        if isinstance(a, Constant):
            a, b = b, a
        if isinstance(a, Value) and isinstance(b, Value):
            shared = sum_view(self.assembly, a, b, 1)
            if shared is not None:
                return shared
        if isinstance(b, Constant):
            if isinstance(a, Value) and (total := shifted(self.assembly, a, b.array)) is not None:
                return total
            pending = self._pending(a)
            shape = broadcast_shapes(pending.shape, b.shape)
            return Pending(shape, pending.terms, pending.bias + b.array)
        return self._pending(a).plus(self._pending(b))

    def subtract(self, a: Operand, b: Operand) -> Operand:
        """A - b with broadcasting."""
        if isinstance(a, Value) and isinstance(b, Value):
            shared = sum_view(self.assembly, a, b, -1)
            if shared is not None:
                return shared
        if isinstance(b, Constant):
            return self.add(a, Constant(-b.array))
        return self.add(a, self._pending(b).times(-1.0))

    def multiply(self, a: Operand, b: Operand) -> Operand:
        """A * b with broadcasting; at least one of them may be a constant."""
        if isinstance(a, Constant) and isinstance(b, Constant):
            return Constant(a.array * b.array)
        if isinstance(a, Constant):
            a, b = b, a
        if isinstance(b, Constant):
            return self._times_constant(a, b.array)
        left, right = self._narrow(a, 2), self._narrow(b, 2)
        term = ScaledTerm((left, right), np.ones(()))
        return Pending(broadcast_shapes(left.shape, right.shape), (term,), np.zeros(()))

    def scale_by(self, x: Operand, factor: float) -> Operand:
        """Multiply by a real number; costs nothing for a positive factor."""
        if isinstance(x, Constant):
            return Constant(x.array * factor)
        if isinstance(x, Pending):
            return x.times(factor)
        if factor == 0:
            return Constant(np.zeros(x.shape))
        if factor < 0:
            x = view.negated(x)
        return replace(x, scale=x.scale * abs(factor))

    def columns(self, x: Operand) -> tuple[Value, Reals, Reals] | None:
        """Return (value, factor, offset) with x = factor * value + offset per column, unrounded.

        None where all columns of x share one scale, or its integers are wide.
        """
        held = columns_of(x)
        return None if held is None else (held.value, held.factor, held.offset)

    def of_columns(self, value: Operand, factor: Reals, offset: Reals) -> Pending:
        """Return factor * value + offset per column, unrounded however wide the integers are."""
        return Pending(value.shape, (ScaledTerm((self.value(value),), factor),), offset)

    def relu(self, x: Operand) -> Operand:
        """max(x, 0); on a pending result it is part of the rounding."""
        if isinstance(x, Constant):
            return Constant(np.maximum(x.array, 0.0))
        if isinstance(x, Pending) and x.settled is None:
            return settle_pending(self.assembly, x, Request(relu=True))
        value = self._splittable(x)
        return value if value.low >= 0 else elementwise.parts(self.assembly, value)[0]

    def leaky_relu(self, x: Operand, alpha: float) -> Operand:
        """max(x, 0) + alpha * min(x, 0)."""
        if isinstance(x, Constant):
            return Constant(np.where(x.array < 0, alpha * x.array, x.array))
        return elementwise.leaky(self.assembly, self._splittable(x), alpha)

    def clip(self, x: Operand, low: float | None, high: float | None) -> Operand:
        """Clamp to [low, high]; a bound that is None is absent."""
        if isinstance(x, Constant):
            return Constant(np.clip(x.array, low, high))
        if low is not None and high is not None and low > high:
            # ONNX leaves this case to the order of its two comparisons: the upper bound wins.
            low = high
        value: Value
        if low == 0 and isinstance(x, Pending) and x.settled is None:
            value, low = settle_pending(self.assembly, x, Request(relu=True)), None
        else:
            value = self._splittable(x)
        if low is not None and value.real_range[0] < low:
            value = elementwise.at_least(self.assembly, value, nearest(low, value.scale))
        if high is not None and value.real_range[1] > high:
            bound = -nearest(high, value.scale)
            value = view.negated(value)
            value = view.negated(elementwise.at_least(self.assembly, value, bound))
        return value

    def function(
        self,
        x: Operand,
        name: str,
        function: RealFunction,
        domain: tuple[float, float] | None = None,
        bounds: tuple[float, float] | None = None,
    ) -> Operand:
        """Apply a real function through a table; tables of equal functions and scales are shared.

        A function of `modulus.relations.function`'s numbers is named in the key, another one's
        table is listed there.

        An execution outside the domain (by default that of the widest integers) is refused, and so
        is one at an end of it where the function leaves the bounds; they make its unit finer.
        """
        limit = None if bounds is None else max(map(abs, bounds))
        real = TableFunction(name, function, domain, limit)
        if isinstance(x, Constant):
            return Constant(real.at(x.array))
        if isinstance(x, Value) and fits_table(self.assembly, x):
            return apply_table(self.assembly, x, real)
        pending = self._pending(x if isinstance(x, Value) or x.settled is None else x.settled)
        bits = table_bits(self.assembly)
        # The table lookup implies the range of what was rounded for it.
        value = settle_pending(self.assembly, pending, Request(bits=bits, covered=True))
        return apply_table(self.assembly, value, real)

    def maximum(self, operands: Sequence[Operand]) -> Operand:
        """The elementwise maximum with broadcasting of one to four operands (more are nested)."""
        if all(isinstance(x, Constant) for x in operands):
            arrays = [x.array for x in operands if isinstance(x, Constant)]
            return Constant(np.maximum.reduce(np.broadcast_arrays(*arrays)))
        values = self._common_scale(operands)
        while len(values) > 1:
            groups = [values[i : i + 4] for i in range(0, len(values), 4)]
            values = [elementwise.maximum(self.assembly, group) for group in groups]
        return values[0]

    def contract(self, labels: str, x: Operand, weight: Reals, channel: str | None) -> Operand:
        """einsum(labels, x, weight) with constant weights, one letter per logical axis.

        Args:
            labels: For example `"ncyxij,ocij->noyx"`. A letter of x alone that the result drops is
                summed; letters must not repeat inside one operand, and every letter of the weight
                is in x or in the result.
            x: The activations.
            weight: Real weights.
            channel: The letter (of the weight and the result) along which weights get scales of
                their own; None for one scale.
        """
        parsed = Labels.parse(labels)
        extents = parsed.extents(x.shape, weight.shape)
        if isinstance(x, Constant):
            return Constant(np.einsum(parsed.text, x.array, weight))
        if identity(weight) in self.assembly.repeated:
            return contract_repeated(self.assembly, parsed, self._narrow(x), weight, channel)
        shape = tuple(extents[letter] for letter in parsed.result)
        held = columns_of(x, self.settings.activation_bits + MAX_VIEW_BITS)
        if held is not None and parsed.left[-1] in parsed.right:
            return contracted(parsed, held, weight, channel, self.settings)
        term = WeightTerm(self._narrow(x), weight, parsed.text, channel)
        return Pending(shape, (term,), np.zeros(()))

    def contract_values(self, labels: str, a: Operand, b: Operand) -> Operand:
        """einsum(labels, a, b) of two activations; shared letters have equal extents."""
        parsed = Labels.parse(labels)
        if isinstance(b, Constant):
            return self.contract(labels, a, b.array, None)
        if isinstance(a, Constant):
            swapped = f"{parsed.right},{parsed.left}->{parsed.result}"
            return self.contract(swapped, b, a.array, None)
        total = contract_values(self.assembly, parsed, self._narrow(a, 2), self._narrow(b, 2))
        return Pending(total.shape, (ScaledTerm((total,), np.ones(())),), np.zeros(()))

    def sum(self, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Sum over axes."""
        dropped = positive_axes(axes, len(x.shape))
        if isinstance(x, Constant):
            return Constant(x.array.sum(axis=dropped, keepdims=keepdims))
        return view.sum_axes(self.settle(x), dropped, keepdims=keepdims)

    def mean(self, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Average over axes."""
        count = prod(x.shape[axis] for axis in positive_axes(axes, len(x.shape)))
        return self.scale_by(self.sum(x, axes, keepdims=keepdims), 1.0 / count)

    def value(self, x: Operand) -> Value:
        """Return integers: a pending result is settled, a constant becomes committed data."""
        return self._constant(x.array) if isinstance(x, Constant) else self.settle(x)

    def _settle(self, x: Operand, request: Request) -> Value:
        if isinstance(x, Constant):
            return self._constant(x.array, request.scale)
        if isinstance(x, Value):
            if request.scale is None or request.scale == x.scale:
                return x
            return settle_pending(self.assembly, self._pending(x), request)
        if x.settled is None or (request.scale is not None and request.scale != x.settled.scale):
            settled = settle_pending(self.assembly, x, request)
            if request.scale is not None:
                return settled
            x.settled = settled
            if x.name:
                self.assembly.tap(x.name, settled)
        return x.settled

    def _constant(self, array: Reals, scale: float | None = None) -> Value:
        """Commit integers of a node of integers as they are, others at a scale that just fits."""
        if self.assembly.integral and np.array_equal(array, np.round(array)):
            return deciding.whole(self.assembly, array)
        largest = (1 << (self.settings.activation_bits - 1)) - 1
        if scale is None:
            scale = float(np.abs(array).max(initial=0.0)) / largest or 1.0
        bounds = (-largest - 1, largest)
        integers = to_integers(np.asarray(array, dtype=np.float64) / scale)
        return self.assembly.fixed("constant", plain_axes(array.shape), integers, bounds, scale)

    def _pending(self, x: Operand) -> Pending:
        if isinstance(x, Pending):
            if x.settled is None:
                return x
            x = x.settled
        if isinstance(x, Constant):
            return Pending(x.shape, (), x.array)
        return Pending(x.shape, (ScaledTerm((x,), np.ones(())),), np.zeros(()))

    def _narrow(self, x: Operand, more: int = MAX_VIEW_BITS) -> Value:
        """Return integers of at most `more` bits more than activations."""
        value = self.value(x)
        width = max(-value.low, value.high).bit_length()
        if width <= self.settings.activation_bits + more:
            return value
        return settle_pending(self.assembly, self._pending(value), Request())

    def _splittable(self, x: Operand) -> Value:
        value = self.value(x)
        if elementwise.fits_split(self.assembly, value):
            return value
        return settle_pending(self.assembly, self._pending(value), Request())

    def _common_scale(self, operands: Sequence[Operand]) -> list[Value]:
        """Return values of one scale, the coarsest that any operand has or needs."""
        scales = []
        for x in operands:
            if isinstance(x, Value):
                scales.append(x.scale)
            elif isinstance(x, Constant):
                reach = float(np.abs(x.array).max(initial=0.0))
                fitting = reach / ((1 << (self.settings.activation_bits - 1)) - 1)
                scales.append(1.0 if self.assembly.integral else fitting)
            elif x.settled is not None:
                scales.append(x.settled.scale)
            else:
                scales.append(natural_scale(self.assembly, x, Request()))
        scale = max(scales)
        return [self._settle(x, Request(scale=scale or 1.0)) for x in operands]

    def _times_constant(self, x: Operand, array: Reals) -> Operand:
        if isinstance(x, Constant):
            return Constant(x.array * array)
        shape = broadcast_shapes(x.shape, array.shape)
        if array.size == 1 and shape == x.shape:
            return self.scale_by(x, float(array.reshape(-1)[0]))
        if isinstance(x, Pending) and x.settled is None and shape == x.shape:
            scaled = scaled_channels(x, array)
            if scaled is not None:
                return scaled
        value = self._narrow(x)
        return Pending(shape, (ScaledTerm((value,), np.asarray(array)),), np.zeros(()))


def nearest(real: float, scale: float) -> int:
    """Return the integer that stands for a real number at a scale."""
    return int(to_integers(np.asarray(real / scale, dtype=np.float64)))
