"""Comparisons and functions of values: parts, maxima, tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

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


def apply_table(
    to: Assembly,
    x: Value,
    name: str,
    function: Callable[[float], float],
    domain: tuple[float, float] | None = None,
) -> Value:
    """Look a value up in the table of a real function; it has no rows outside the domain.

    The ends of the domain are rounded to units of x, and the function is given no argument beyond
    them; an end at which it is not defined is left out.
    """
    rows = 1 << table_bits(to)
    low = 0 if x.high >= rows // 2 else -rows // 2
    if domain is not None:
        ends = [min(max(end / x.scale, low), low + rows - 1) for end in domain]
        first, last = math.floor(ends[0] + 0.5), math.floor(ends[1] + 0.5)
        first += not _defined(function, max(first * x.scale, domain[0]))
        last -= not _defined(function, min(last * x.scale, domain[1]))
        if first > last:
            raise QuantizationError(f"{to.layer}: no argument of {name} is inside {domain}")
        low, rows = first, last - first + 1
        within, (least, most) = function, domain

        def function(real: float) -> float:
            return within(min(max(real, least), most))

    key = (name, low, rows, x.scale)
    table = to.tables.get(key)
    if table is None:
        table = to.tables[key] = _table(to, name, function, (low, rows, x.scale))
    out = to.stored("function", x.axes, (table.low, table.high), table.scale, Role.TRACE)
    view = View(x.form, x.physical)
    to.graph.steps.append(
        Function(to.layer, view, tensor_of(out), tensor_of(table), low, rows, x.scale)
    )
    return out


def _defined(function: Callable[[float], float], real: float) -> bool:
    try:
        return math.isfinite(function(real))
    except (ArithmeticError, ValueError):
        return False


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


def committed(to: Assembly, x: Value) -> Value:
    """Return a copy of a view in a tensor of its own."""
    low, high = to.declared_range(x.form)
    bounds = (min(low, x.low), max(high, x.high))
    out = to.stored("copy", x.axes, bounds, x.scale, Role.TRACE)
    view = View(x.form, x.physical)
    to.graph.steps.append(Copy(out.name, view, tensor_of(out)))
    return replace(out, name=x.name)
