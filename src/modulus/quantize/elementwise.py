"""Comparisons and functions of values: parts, maxima, tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from modulus.errors import QuantizationError
from modulus.ir.step import View
from modulus.ir.steps import Copy, Function, Maximum, Split
from modulus.ir.value import Value, plain_axes
from modulus.ir.view import combine, filled
from modulus.quantize.assembly import Assembly, tensor_of, to_integers
from modulus.quantize.operand import broadcast_shapes
from modulus.relations.system import Role

MAX_TABLE_BITS = 16
MAX_RANGE_BITS = 20


def fits_split(to: Assembly, x: Value) -> bool:
    """Whether a value's parts fit a range table."""
    return _part_bits(to, x) <= max(MAX_RANGE_BITS, to.settings.activation_bits)


def _part_bits(to: Assembly, x: Value) -> int:
    return max(to.settings.activation_bits, max(-x.low, x.high).bit_length())


def parts(to: Assembly, x: Value) -> tuple[Value, Value]:
    """Return max(x, 0) and max(-x, 0)."""
    bits = _part_bits(to, x)
    bounds = (0, (1 << bits) - 1)
    positive = to.stored("positive", x.axes, bounds, x.scale, Role.TRACE)
    negative = to.stored("negative", x.axes, bounds, x.scale, Role.TRACE)
    view = View(x.form, x.physical)
    to.graph.steps.append(
        Split(to.layer, view, tensor_of(positive), tensor_of(negative), bits, x.scale)
    )
    return (
        replace(positive, low=max(0, x.low), high=max(0, x.high)),
        replace(negative, low=max(0, -x.high), high=max(0, -x.low)),
    )


def at_least(to: Assembly, x: Value, bound: int) -> Value:
    """Return max(x, bound)."""
    if x.low >= bound:
        return x
    shift = filled(x.axes, bound, "bound", x.scale)
    positive, _ = parts(to, combine([x, shift], [1, -1], x.name, x.scale))
    result = combine([positive, shift], [1, 1], x.name, x.scale)
    return replace(result, low=bound, high=max(x.high, bound))


def leaky(to: Assembly, x: Value, alpha: float) -> Value:
    """Return max(x, 0) + alpha * min(x, 0); alpha is rounded to at most 14 bits of fraction."""
    bits = next((k for k in range(14) if (alpha * 2.0**k).is_integer()), 14)
    slope = math.floor(alpha * 2.0**bits + 0.5)
    positive, negative = parts(to, x)
    ends = [end * slope if end < 0 else end << bits for end in (x.low, x.high)]
    result = combine([positive, negative], [1 << bits, -slope], x.name, x.scale / 2.0**bits)
    return replace(result, low=min(0, *ends), high=max(0, *ends))


def maximum(to: Assembly, values: Sequence[Value]) -> Value:
    """Return the maximum of one to four values of one scale, with broadcasting."""
    if len(values) == 1:
        return values[0]
    shape = broadcast_shapes(*(value.shape for value in values))
    axes = to.common_axes(values, shape)
    forms = tuple(to.onto(value, axes) for value in values)
    bits = max(
        to.settings.activation_bits,
        (max(v.high for v in values) - min(v.low for v in values)).bit_length(),
    )
    if bits > max(MAX_RANGE_BITS, to.settings.activation_bits):
        raise QuantizationError(f"{to.layer}: a maximum of values {bits} bits apart")
    # What the relations imply, which may be wider than what honest values reach.
    declared = [to.declared_range(form) for form in forms]
    bounds = (min(low for low, _ in declared), max(high for _, high in declared))
    out = to.stored("maximum", axes, bounds, values[0].scale, Role.TRACE)
    to.graph.steps.append(Maximum(to.layer, out.physical, forms, tensor_of(out), bits))
    return replace(
        out, low=max(value.low for value in values), high=max(value.high for value in values)
    )


def fits_table(to: Assembly, x: Value) -> bool:
    """Whether a value can be looked up as it is."""
    bits = table_bits(to)
    half = 1 << (bits - 1)
    return (x.low >= -half and x.high < half) or (x.low >= 0 and x.high < 1 << bits)


def table_bits(to: Assembly) -> int:
    """Return the bits of a table's rows."""
    return min(MAX_TABLE_BITS, to.settings.activation_bits)


@dataclass(frozen=True, slots=True)
class Real:
    """A real function, the arguments it is needed for, and the results it is needed for."""

    name: str
    """Functions of one name are equal: their tables are shared."""
    function: Callable[[float], float]
    domain: tuple[float, float] | None = None
    """Ends at which the function is not defined do not belong to it."""
    limit: float | None = None
    """The largest absolute value that is needed."""

    def at(self, real: float) -> float:
        """Return the function's value, of an argument moved into the domain."""
        if self.domain is not None:
            real = min(max(real, self.domain[0]), self.domain[1])
        return self.function(real)

    def needed_at(self, real: float) -> bool:
        """Whether the function is defined, and its value as small as is needed."""
        try:
            value = self.at(real)
        except (ArithmeticError, ValueError):
            return False
        return math.isfinite(value) and (self.limit is None or abs(value) <= self.limit)


def apply_table(to: Assembly, x: Value, real: Real) -> Value:
    """Look a value up in the table of a real function.

    The table has no rows beyond the domain, whose ends are rounded to units of x, and none at
    either end whose values are larger than needed: they would make the unit of all others coarser.
    """
    low, rows = _rows(to, x, real)
    key = (real.name, low, rows, x.scale)
    table = to.tables.get(key)
    if table is None:
        table = to.tables[key] = _table(to, real.name, real.at, (low, rows, x.scale))
    out = to.stored("function", x.axes, (table.low, table.high), table.scale, Role.TRACE)
    view = View(x.form, x.physical)
    to.graph.steps.append(
        Function(to.layer, view, tensor_of(out), tensor_of(table), low, rows, x.scale)
    )
    return out


def _rows(to: Assembly, x: Value, real: Real) -> tuple[int, int]:
    """Return the first argument of a table and the number of its rows."""
    rows = 1 << table_bits(to)
    first = 0 if x.high >= rows // 2 else -rows // 2
    last = first + rows - 1
    if real.domain is not None:
        ends = [min(max(end / x.scale, first), last) for end in real.domain]
        first, last = math.floor(ends[0] + 0.5), math.floor(ends[1] + 0.5)
    if real.domain is not None or real.limit is not None:
        while first <= last and not real.needed_at(first * x.scale):
            first += 1
        while first <= last and not real.needed_at(last * x.scale):
            last -= 1
    if first > last:
        raise QuantizationError(f"{to.layer}: {real.name} is not defined on the range of its input")
    return first, last - first + 1


def _table(
    to: Assembly, name: str, function: Callable[[float], float], domain: tuple[int, int, float]
) -> Value:
    low, rows, scale = domain
    try:
        reals = np.array([function((low + i) * scale) for i in range(rows)], dtype=np.float64)
    except (ArithmeticError, ValueError) as error:
        raise QuantizationError(
            f"{to.layer}: {name} is not defined on all of "
            f"[{low * scale:.6g}, {(low + rows - 1) * scale:.6g}]: {error}"
        ) from error
    reach = float(np.abs(reals).max())
    if not math.isfinite(reach):
        raise QuantizationError(f"{to.layer}: {name} is not finite on its whole range")
    bits = to.settings.activation_bits
    # A function of one sign has a bit more to spend.
    signed = bool(reals.min() < 0)
    unit = reach / ((1 << (bits - signed)) - 1) if reach else 1.0
    integers = to_integers(reals / unit)
    bounds = (min(0, int(integers.min())), max(0, int(integers.max())))
    return to.fixed(f"table.{name}", plain_axes((rows,)), integers, bounds, unit, Role.TABLE)


def committed(to: Assembly, x: Value, role: Role = Role.TRACE) -> Value:
    """Return a copy of a view in a tensor of its own."""
    low, high = to.declared_range(x.form)
    bounds = (min(low, x.low), max(high, x.high))
    out = to.stored("copy", x.axes, bounds, x.scale, role)
    view = View(x.form, x.physical)
    to.graph.steps.append(Copy(out.name, view, tensor_of(out)))
    return replace(out, name=x.name)
