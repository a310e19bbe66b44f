"""Comparisons of values: parts and maxima."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from modulus.errors import QuantizationError
from modulus.ir.step import View
from modulus.ir.steps import Copy, Maximum, Split
from modulus.ir.value import Value
from modulus.ir.view import combine, filled
from modulus.quantize.assembly import Assembly, tensor_of
from modulus.quantize.operand import broadcast_shapes
from modulus.relations.system import Role

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


def committed(to: Assembly, x: Value, role: Role = Role.TRACE) -> Value:
    """Return a copy of a view in a tensor of its own."""
    low, high = to.declared_range(x.form)
    bounds = (min(low, x.low), max(high, x.high))
    out = to.stored("copy", x.axes, bounds, x.scale, role)
    view = View(x.form, x.physical)
    to.graph.steps.append(Copy(out.name, view, tensor_of(out)))
    return replace(out, name=x.name)
