"""The builder: what operators call to describe themselves in integers.

Operands are values (integers with a scale), pending results (not rounded yet) and constants (real
numbers). Every method accepts any of the three unless it says otherwise; a pending result is
settled when a method needs its integers. Axes may be negative, as in ONNX. Truth values and
indices are values of scale one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modulus.errors import QuantizationError
from modulus.ir import view
from modulus.ir.evaluate import Integers
from modulus.ir.value import Value, plain_axes
from modulus.quantize import deciding, elementwise
from modulus.quantize.assembly import to_integers
from modulus.quantize.basic import MAX_VIEW_BITS
from modulus.quantize.contracting import (
    Labels,
    contract_values,
    emit_contraction,
    without_lone,
)
from modulus.quantize.even import settle_nearest
from modulus.quantize.inputs import EXACT_BITS
from modulus.quantize.operand import (
    Constant,
    Operand,
    Pending,
    broadcast_shapes,
    positive_axes,
)
from modulus.quantize.settle import Request, settle_integer, settle_pending
from modulus.quantize.tables import table_bits
from modulus.quantize.truths import TruthBuilder

CONSTANT_BITS = 30
"""Width of constants that are divided: nothing rounds them again."""

STAGE = 4
"""Operands of one maximum: its relation is a product with one factor per operand."""


SAME_SCALE = 1e-12
"""Distance between scales that rounding explains: a scale over itself is one."""
FLOOR_SLACK = 2.0**-24
"""What is so little below an integer is one that the rounding of a multiplier missed."""


class Builder(TruthBuilder):
    """Builds an integer graph, operator by operator."""

    @property
    def expected(self) -> tuple[float, float] | None:
        """The calibrated range, margin included, of the first output of the node being lowered."""
        return self.assembly.expected

    @property
    def integral(self) -> bool:
        """Whether the first output of the node being lowered has an integer type."""
        return self.assembly.integral

    # Signs, quotients, roots -----------------------------------------------------------------

    def parts(self, x: Operand) -> tuple[Operand, Operand]:
        """Return max(x, 0) and max(-x, 0); exact."""
        if isinstance(x, Constant):
            return Constant(np.maximum(x.array, 0.0)), Constant(np.maximum(-x.array, 0.0))
        return elementwise.parts(self.assembly, self._splittable(x))

    def absolute(self, x: Operand) -> Operand:
        """|x|, exact."""
        if isinstance(x, Constant):
            return Constant(np.abs(x.array))
        value = self._splittable(x)
        if value.low >= 0:
            return value
        parts = elementwise.parts(self.assembly, value)
        total = view.combine(list(parts), [1, 1], value.name, value.scale)
        return replace(total, low=0, high=max(-value.low, value.high))

    def minimum(self, operands: Sequence[Operand]) -> Operand:
        """The elementwise minimum."""
        # What is not rounded yet is rounded in its own calibrated range, which a product forgets.
        held = [x if isinstance(x, Constant) else self.settle(x) for x in operands]
        return self.scale_by(self.maximum([self.scale_by(x, -1.0) for x in held]), -1.0)

    def sign(self, x: Operand) -> Operand:
        """-1, 0 or 1: [x >= 0] + [x > 0] - 1."""
        if isinstance(x, Constant):
            return Constant(np.sign(x.array))
        value = self.settle(x)
        bits = [deciding.at_least_zero(self.assembly, [value], [1], -k) for k in (0, 1)]
        one = view.filled(value.axes, 1, "one", 1.0)
        total = view.combine([*bits, one], [1, 1, -1], "sign", 1.0)
        return replace(total, low=-1, high=1)

    def divide(
        self,
        a: Operand,
        b: Operand,
        bounds: tuple[float, float] | None = None,
        *,
        positive: bool = False,
    ) -> Operand:
        """A / b with broadcasting, rounded once; an execution that divides by zero is refused.

        Args:
            a: The numerator.
            b: The divisor, at its own precision.
            bounds: The real range of the quotient, by default the calibrated one of the node's
                first output.
            positive: The divisor is positive, which saves a comparison; then an execution where it
                is not is refused.
        """
        if isinstance(b, Constant):
            if not b.array.all():
                raise QuantizationError(f"{self.assembly.layer}: division by a constant zero")
            return self.multiply(a, Constant(1.0 / b.array))
        divisor = self._narrow(b)
        numerator = self._fine(a) if isinstance(a, Constant) else self._narrow(a)
        factors = [numerator]
        if not positive and divisor.low < 0:
            bit = deciding.at_least_zero(self.assembly, [divisor], [1], 0)
            opposite = view.negated(divisor)
            size = deciding.select(self.assembly, bit, divisor, opposite)
            divisor = replace(size, low=0, high=max(-divisor.low, divisor.high))
            one = view.filled(bit.axes, 1, "one", 1.0)
            signs = view.combine([bit, one], [2, -1], "sign", 1.0)
            factors.append(replace(signs, low=-1, high=1))
        bounds = self.expected if bounds is None else bounds
        static = max(map(abs, numerator.real_range)) / divisor.scale
        reach = static if bounds is None else min(static, max(map(abs, bounds)))
        return deciding.divide(self.assembly, factors, divisor, reach)

    def multiply_integers(self, x: Operand, factor: int) -> Operand:
        """An integer multiple at the scale of x, where `scale_by` would change the scale."""
        if isinstance(x, Constant):
            return Constant(x.array * factor)
        value = self.settle(x)
        return view.combine([value], [factor], value.name, value.scale)

    def divide_integers(self, a: Operand, b: Operand) -> Operand:
        """A / b for integers of scale one, the fraction dropped as in ONNX; exact.

        An execution that divides by zero is refused.
        """
        if isinstance(a, Constant) and isinstance(b, Constant):
            return Constant(np.trunc(a.array / b.array))
        left, right = self.whole(a), self.whole(b)
        sizes = [self.settle(self.absolute(x)) for x in (left, right)]
        if any(size.scale != 1.0 for size in sizes):
            raise QuantizationError(
                f"{self.assembly.layer}: integers too wide to be divided exactly",
                hint="use more activation_bits, or smaller numbers",
            )
        quotient = deciding.floor_divide(self.assembly, *sizes)[0]
        for signed in (left, right):
            if signed.low < 0:
                bit = deciding.at_least_zero(self.assembly, [signed], [1], 0)
                opposite = view.negated(quotient)
                quotient = deciding.select(self.assembly, bit, quotient, opposite)
        return quotient

    def floor_divide(self, a: Operand, b: Operand) -> tuple[Value, Value]:
        """Integers of one scale: (floor(a / b), a - b * floor(a / b)), for a positive b."""
        left, right = self._branches(a, b)
        return deciding.floor_divide(self.assembly, left, right)

    def modulo(self, x: Operand, divisor: float) -> Operand:
        """X - divisor * floor(x / divisor) for a positive divisor; exact for integers."""
        if isinstance(x, Constant):
            return Constant(np.mod(x.array, divisor))
        value = self._narrow(x)
        if value.scale == 1.0 and divisor == int(divisor):
            whole = int(divisor)
            bits = whole.bit_length()
            held = deciding.integers(self.assembly, "divisor", np.array(whole), bits, 1.0)
            remainder = self.floor_divide(value, replace(held, low=whole, high=whole))[1]
            return replace(remainder, high=whole - 1)
        quotient = self.floor(self.scale_by(value, 1.0 / divisor))
        return self.subtract(value, self.scale_by(quotient, divisor))

    def sqrt(self, x: Operand, epsilon: float = 0.0) -> Operand:
        """The square root of x + epsilon, less than a unit too small; refused where negative."""
        if isinstance(x, Constant):
            return Constant(np.sqrt(x.array + epsilon))
        value = self.settle(x)
        if epsilon:
            value = self._plus(value, epsilon)
        return deciding.root(self.assembly, value)

    def floor(self, x: Operand) -> Operand:
        """The largest integer at most x, as integers of scale one."""
        if isinstance(x, Constant):
            return Constant(np.floor(x.array))
        return self._to_integers(x, lambda y: settle_integer(self.assembly, y, FLOOR_SLACK - 0.5))

    def truncate(self, x: Operand) -> Operand:
        """The integer next to x toward zero, as integers of scale one."""
        if isinstance(x, Constant):
            return Constant(np.trunc(x.array))
        value = self.value(x)
        if value.scale == 1.0:
            return value
        positive, negative = (self.settle(self.floor(part)) for part in self.parts(value))
        return view.combine([positive, negative], [1, -1], value.name, 1.0)

    def nearest(self, x: Operand) -> Operand:
        """The nearest integer, ties to the even one, as integers of scale one."""
        if isinstance(x, Constant):
            return Constant(np.round(x.array))
        return self._to_integers(x, lambda y: settle_nearest(self.assembly, y))

    def add_integers(self, a: Operand, b: Operand) -> Operand:
        """A + b of integers of scale one, with broadcasting; exact however wide they are."""
        values = [self.whole(a), self.whole(b)]
        if any(value.scale != 1.0 for value in values):
            raise QuantizationError(f"{self.assembly.layer}: a sum of what are not integers")
        shape = broadcast_shapes(a.shape, b.shape)
        axes = self.assembly.common_axes(values, shape)
        parts = []
        for value in values:
            own = axes[len(axes) - len(value.shape) :]
            fitting = tuple(
                held if held == (1,) else wide for held, wide in zip(value.axes, own, strict=True)
            )
            parts.append(view.broadcast(self.assembly.laid_out(value, fitting), shape, axes))
        return view.combine(parts, [1, 1], "integers", 1.0)

    # Along axes ------------------------------------------------------------------------------

    def reduce_max(self, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """The maximum over axes; exact."""
        dropped = positive_axes(axes, len(x.shape))
        if isinstance(x, Constant):
            return Constant(x.array.max(axis=dropped, keepdims=keepdims))
        for axis in dropped:
            while (extent := x.shape[axis]) > 1:
                size = -(-extent // STAGE)
                # Pieces overlap where the extent is no multiple: a maximum does not mind.
                starts = sorted({min(k * size, extent - size) for k in range(STAGE)})
                x = self.maximum([self._piece(x, axis, start, size) for start in starts])
        kept = [n for axis, n in enumerate(x.shape) if keepdims or axis not in dropped]
        return self.reshape(x, kept)

    def reduce_min(self, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """The minimum over axes; exact."""
        return self.scale_by(self.reduce_max(self.scale_by(x, -1.0), axes, keepdims=keepdims), -1.0)

    def argmax(self, x: Operand, axis: int, *, keepdims: bool, last: bool = False) -> Operand:
        """The index of the first (or last) maximum along an axis, as integers of scale one."""
        value = self._narrow(x, 3)
        (axis,) = positive_axes([axis], len(value.shape))
        extent = value.shape[axis]
        top = self.settle(self.reduce_max(value, [axis], keepdims=True))
        is_top = deciding.at_least_zero(self.assembly, [value, top], [1, -1], 0)
        # Ranks are distinct, so that a tie has one winner: the highest rank among the maxima.
        ranks = np.arange(1, extent + 1) if last else np.arange(extent, 0, -1)
        shape = [extent if a == axis else 1 for a in range(len(value.shape))]
        held = self._ranks(ranks.reshape(shape))
        nothing = view.filled(plain_axes(tuple(shape)), 0, "zero", 1.0)
        marked = deciding.select(self.assembly, is_top, held, nothing)
        best = self.settle(self.reduce_max(marked, [axis], keepdims=keepdims))
        signs = (1, -1) if last else (-1, extent)
        whole = view.filled(best.axes, signs[1], "one", 1.0)
        index = view.combine([best, whole], [signs[0], 1], "index", 1.0)
        return replace(index, low=0, high=extent - 1)

    def below_max(self, x: Operand, axes: Sequence[int]) -> tuple[Value, Value]:
        """Return the maximum over axes, kept, and maximum - x, which is never negative."""
        value = self.value(x)
        if value.high - value.low >= 1 << table_bits(self.assembly):
            # The difference is looked up in a table, so it must not be wider than one.
            value = settle_pending(self.assembly, self._pending(value), Request())
        top = self.settle(self.reduce_max(value, axes, keepdims=True))
        wide = view.broadcast(top, value.shape, value.axes)
        gap = view.combine([wide, value], [1, -1], "below", value.scale)
        return top, replace(gap, low=0, high=value.high - value.low)

    def sum_squares(self, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """The sum of squares over axes; exact."""
        dropped = positive_axes(axes, len(x.shape))
        if isinstance(x, Constant):
            return Constant((x.array**2).sum(axis=dropped, keepdims=keepdims))
        value = self._narrow(x, 2)
        letters = "".join(chr(ord("a") + axis) for axis in range(len(value.shape)))
        kept = "".join(c for axis, c in enumerate(letters) if axis not in dropped)
        labels = Labels.parse(f"{letters},{letters}->{kept}")
        total = contract_values(self.assembly, labels, value, value)
        total = replace(total, low=0)
        if not keepdims:
            return total
        return self.reshape(total, [1 if a in dropped else n for a, n in enumerate(x.shape)])

    def contract_exact(self, labels: str, x: Operand, weight: NDArray[np.integer]) -> Operand:
        """einsum(labels, x, weight) with small integer weights; nothing is rounded.

        Selection, cumulative sums and fixed gathers are contractions of this kind.
        """
        parsed = Labels.parse(labels)
        parsed.extents(x.shape, weight.shape)
        if isinstance(x, Constant):
            return Constant(np.einsum(parsed.text, x.array, weight.astype(np.float64)))
        wide = max(MAX_VIEW_BITS, EXACT_BITS - self.settings.activation_bits)
        value = self._narrow(x, wide)
        value, own = without_lone(value, parsed.left, parsed.right, parsed.result)
        held = dict(zip(own, value.axes, strict=True))
        axes = tuple(
            held.get(letter, (extent,))
            for letter, extent in zip(parsed.right, weight.shape, strict=True)
        )
        whole = np.asarray(weight, dtype=np.int64)
        reach = 1 << int(np.abs(whole).max(initial=0)).bit_length()
        fixed = self.assembly.fixed("selection", axes, whole, (-reach, reach))
        reduced = Labels(own, parsed.right, parsed.result)
        total = emit_contraction(self.assembly, reduced, value, fixed, value.scale)
        inner = tuple(k for k, c in enumerate(parsed.right) if c not in parsed.result)
        above = int(np.maximum(whole, 0).sum(axis=inner).max(initial=0))
        below = int(np.maximum(-whole, 0).sum(axis=inner).max(initial=0))
        peak = max(0, value.high), max(0, -value.low)
        low = -(above * peak[1] + below * peak[0])
        return replace(total, low=low, high=above * peak[0] + below * peak[1])

    def pick(self, labels: str, chosen: Operand, x: Operand) -> Operand:
        """einsum(labels, chosen, x) with truth values, at most one of them set per sum; exact."""
        held = self.value(x)
        total = contract_values(
            self.assembly, Labels.parse(labels), self.truth(chosen), self._narrow(held, 2)
        )
        return replace(total, low=min(0, held.low), high=max(0, held.high))

    def gather(self, x: Operand, index: Operand) -> Operand:
        """x[index] along the first axis with indices that depend on data (integers, scale one).

        Negative indices count from the end; an execution with an index outside x is refused.
        """
        value, places = self.value(x), self.whole(index)
        if places.scale != 1.0:
            raise QuantizationError(f"{self.assembly.layer}: indices are not integers")
        if places.low < 0:
            inside = deciding.at_least_zero(self.assembly, [places], [1], 0)
            extent = view.filled(places.axes, value.shape[0], "extent", 1.0)
            wrapped = view.combine([places, extent], [1, 1], "index", 1.0)
            places = deciding.select(self.assembly, inside, places, wrapped)
        return deciding.gather(self.assembly, value, places)

    # Helpers ---------------------------------------------------------------------------------

    def whole(self, x: Operand) -> Value:
        """Return integers of scale one: constants are committed as they are."""
        if not isinstance(x, Constant):
            return self.settle(x)
        return deciding.whole(self.assembly, x.array)

    def _fine(self, x: Constant) -> Value:
        """Commit a constant that nothing rounds again; one number is exact."""
        reach = float(np.abs(x.array).max(initial=0.0))
        scale = reach or 1.0
        if x.array.size > 1:
            scale /= (1 << CONSTANT_BITS) - 1
        held = to_integers(x.array / scale)
        return deciding.integers(self.assembly, "constant", held, CONSTANT_BITS, scale)

    def _plus(self, value: Value, real: float) -> Value:
        """Add a real number at the scale of a value."""
        whole = to_integers(np.asarray(real / value.scale))
        held = deciding.integers(self.assembly, "constant", whole, 48, value.scale)
        wide = view.broadcast(held, value.shape, value.axes)
        total = view.combine([value, wide], [1, 1], value.name, value.scale)
        return replace(total, low=value.low + int(whole), high=value.high + int(whole))

    def _to_integers(self, x: Value | Pending, rounded: Callable[[Pending], Value]) -> Value:
        if isinstance(x, Pending) and x.settled is None:
            return rounded(x)
        value = self._narrow(x)
        if abs(value.scale - 1.0) < SAME_SCALE:
            return replace(value, scale=1.0)
        return rounded(self._pending(value))

    def _piece(self, x: Operand, axis: int, start: int, size: int) -> Operand:
        starts = [start if a == axis else 0 for a in range(len(x.shape))]
        sizes = [size if a == axis else n for a, n in enumerate(x.shape)]
        return self.slice(x, starts, [1] * len(sizes), sizes)

    def _ranks(self, ranks: Integers) -> Value:
        bits = int(ranks.max()).bit_length()
        held = self.assembly.fixed("rank", plain_axes(ranks.shape), ranks, (0, 1 << bits))
        return replace(held, low=1, high=int(ranks.max()))
