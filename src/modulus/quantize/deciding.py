"""Comparison, selection, division, roots and gathers of values: one step each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isqrt, prod

import numpy as np
from numpy.typing import NDArray

from modulus.errors import QuantizationError, ShapeError
from modulus.ir.evaluate import Integers
from modulus.ir.step import View
from modulus.ir.steps import Bounded, Compare, Digits, Divide, Gather, Root, Select
from modulus.ir.value import Axes, Value, plain_axes
from modulus.quantize.assembly import Assembly, narrowed, tensor_of, to_integers
from modulus.quantize.elementwise import committed
from modulus.quantize.operand import broadcast_shapes
from modulus.quantize.tables import MAX_TABLE_BITS
from modulus.relations.form import Form, constant
from modulus.relations.system import Role

MULTIPLIER_BITS = 48
QUOTIENT_GRAIN = 10
"""Bits of the smallest multiplier of a quotient: its scale is off by at most 2^-10 of itself."""


def limb_bits(to: Assembly) -> int:
    """Return the width of every limb: that of the range table which rounding needs anyway."""
    return min(MAX_TABLE_BITS, to.settings.activation_bits)


def digits(to: Assembly, suffix: str, axes: Axes, largest: int) -> Digits:
    """Add tensors for integers in [0, largest]."""
    width = limb_bits(to)
    count = max(1, -(-largest.bit_length() // width))
    bounds = (0, (1 << width) - 1)
    limbs = (to.stored(suffix, axes, bounds, 1.0, Role.TRACE) for _ in range(count))
    return Digits(tuple(tensor_of(limb) for limb in limbs), width)


def bounded(to: Assembly, suffix: str, axes: Axes, largest: int) -> Bounded:
    """Return the check of a form in [0, largest], which may grow to the next limb."""
    width = limb_bits(to)
    wide = largest.bit_length() > width
    return Bounded(width, digits(to, suffix, axes, largest) if wide else None)


def at_least_zero(to: Assembly, x: Sequence[Value], signs: Sequence[int], offset: int) -> Value:
    """Return the bit [sum of signs * x + offset >= 0]; the values have one scale and broadcast."""
    shape = broadcast_shapes(*(value.shape for value in x))
    axes = to.common_axes(x, shape)
    form, low, high = Form(()), offset, offset
    for value, sign in zip(x, signs, strict=True):
        form = form.plus(to.onto(value, axes).scaled(sign))
        ends = (sign * value.low, sign * value.high)
        low, high = low + min(ends), high + max(ends)
    form = form.plus(constant(offset))
    bit = to.stored("bit", axes, (0, 1), 1.0, Role.TRACE)
    rest = bounded(to, "rest", axes, max(-low - 1, high, 0))
    to.graph.steps.append(Compare(to.layer, bit.physical, form, tensor_of(bit), rest, x[0].scale))
    return bit


def select(to: Assembly, condition: Value, chosen: Value, otherwise: Value) -> Value:
    """Return chosen where condition is one, and otherwise where it is zero."""
    values = (condition, chosen, otherwise)
    axes = to.common_axes(values, broadcast_shapes(*(value.shape for value in values)))
    first, second, third = (to.onto(value, axes) for value in values)
    declared = [to.declared_range(form) for form in (second, third)]
    bounds = (min(low for low, _ in declared), max(high for _, high in declared))
    out = to.stored("select", axes, bounds, chosen.scale, Role.TRACE)
    to.graph.steps.append(Select(to.layer, out.physical, first, second, third, tensor_of(out)))
    low, high = min(chosen.low, otherwise.low), max(chosen.high, otherwise.high)
    return replace(out, low=max(low, bounds[0]), high=min(high, bounds[1]))


def divide(
    to: Assembly,
    factors: Sequence[Value],
    divisor: Value,
    reach: float,
    bits: int | None = None,
) -> Value:
    """Return the product of one or two values over a positive value, rounded half up.

    Args:
        to: Where the step goes.
        factors: They broadcast to each other and to the divisor.
        divisor: At least one whenever the graph is executed.
        reach: The largest absolute value of the real quotient, which fixes its scale.
        bits: Of the quotient; by default those of activations.
    """
    bits = to.settings.activation_bits if bits is None else bits
    real = prod(value.scale for value in factors) / divisor.scale
    target = reach / ((1 << (bits - 1)) - 1) if reach > 0 else 1.0
    shift = 0
    # A finer divisor leaves room for an integer multiplier that meets the wanted scale closely.
    while real * 2.0**shift / target < 1 << QUOTIENT_GRAIN:
        shift += 1
        if shift > 2 * QUOTIENT_GRAIN:
            break
    ratio = real * 2.0**shift / target
    # The tolerance keeps a ratio that is a whole number from losing one to rounding.
    multiplier = int(ratio * (1 + 1e-12))
    if not 1 <= multiplier < 1 << MULTIPLIER_BITS:
        raise QuantizationError(
            f"{to.layer}: a quotient up to {reach:.6g} does not fit its operands' scales",
            hint="check the calibration samples",
        )
    scale = real * 2.0**shift / multiplier
    return _quotient(to, factors, divisor, (multiplier, shift), (scale, bits))


def _quotient(
    to: Assembly,
    factors: Sequence[Value],
    divisor: Value,
    ratio: tuple[int, int],
    kind: tuple[float, int],
) -> Value:
    (multiplier, shift), (scale, bits) = ratio, kind
    held = _fixed(to, "multiplier", multiplier, MULTIPLIER_BITS)
    shape = broadcast_shapes(*(value.shape for value in factors), divisor.shape)
    axes = to.common_axes([*factors, divisor], shape)
    forms = (to.onto(held, axes), *(to.onto(value, axes) for value in factors))
    limit = 1 << (bits - 1)
    out = to.stored("quotient", axes, (-limit, limit - 1), scale, Role.TRACE)
    widest = 2 * (divisor.high << shift)
    if divisor.high < 1:
        raise QuantizationError(f"{to.layer}: every divisor is zero or negative")
    to.graph.steps.append(
        Divide(
            label=to.layer,
            shape=out.physical,
            factors=forms,
            divisor=to.onto(divisor, axes).scaled(1 << shift),
            rounded=True,
            quotient=tensor_of(out),
            bits=bits,
            remainder=digits(to, "remainder", axes, widest),
            gap=bounded(to, "gap", axes, widest),
            scale=scale,
        )
    )
    return out


def floor_divide(to: Assembly, x: Value, divisor: Value) -> tuple[Value, Value]:
    """Return integer quotient (rounded down) and remainder of values of one scale."""
    shape = broadcast_shapes(x.shape, divisor.shape)
    axes = to.common_axes([x, divisor], shape)
    bits = max(to.settings.activation_bits, max(-x.low, x.high).bit_length() + 1)
    limit = 1 << (bits - 1)
    out = to.stored("quotient", axes, (-limit, limit - 1), 1.0, Role.TRACE)
    largest = max(1, divisor.high)
    rest = digits(to, "remainder", axes, largest)
    to.graph.steps.append(
        Divide(
            label=to.layer,
            shape=out.physical,
            factors=(to.onto(x, axes),),
            divisor=to.onto(divisor, axes),
            rounded=False,
            quotient=tensor_of(out),
            bits=bits,
            remainder=rest,
            gap=bounded(to, "gap", axes, largest),
            scale=1.0,
        )
    )
    remainder = replace(out, form=rest.form(out.physical), low=0, high=largest, scale=x.scale)
    return out, remainder


def root(to: Assembly, x: Value) -> Value:
    """Return the square root of a value that is never negative, less than a unit too small."""
    bits = limb_bits(to) - 1
    highest = max(1, x.high)
    multiplier = max(1, (1 << (2 * bits)) // highest)
    largest = isqrt(multiplier * highest)
    held = _fixed(to, "multiplier", multiplier, 2 * bits + 1)
    y = digits(to, "root", x.axes, largest)
    scale = (x.scale / multiplier) ** 0.5
    value = replace(x, name=to.name("root"), low=0, high=largest, scale=scale)
    value = replace(value, form=y.form(value.physical))
    to.graph.steps.append(
        Root(
            label=to.layer,
            shape=value.physical,
            multiplier=to.onto(held, x.axes),
            source=to.onto(x, x.axes),
            root=y,
            remainder=digits(to, "remainder", x.axes, 2 * largest),
            gap=bounded(to, "gap", x.axes, 2 * largest),
            scale=value.scale,
        )
    )
    return value


def gather(to: Assembly, table: Value, index: Value) -> Value:
    """Return table[index]: the index replaces the table's first axis."""
    if not table.shape:
        raise ShapeError(f"{to.layer}: nothing to gather from a scalar")
    table = to.laid_out(table, plain_axes(table.shape))
    if table.stored is None:
        table = committed(to, table)
    source = to.graph.tensors[tensor_of(table)]
    axes = (*index.axes, *table.axes[1:])
    out = to.stored("gather", axes, (source.low, source.high), table.scale, Role.TRACE)
    view = View(index.form, index.physical)
    step = Gather(to.layer, tensor_of(table), table.physical, view, tensor_of(out))
    to.graph.steps.append(step)
    return replace(out, low=table.low, high=table.high)


def integers(to: Assembly, suffix: str, array: Integers, bits: int, scale: float) -> Value:
    """Commit integers of a declared width; of their size only the bit width is used."""
    bounds = (-(1 << bits), 1 << bits)
    return narrowed(to.fixed(suffix, plain_axes(array.shape), array, bounds, scale), array)


def whole(to: Assembly, array: NDArray[np.float64]) -> Value:
    """Commit integers of scale one as they are."""
    held = to_integers(array)
    bits = int(np.abs(held).max(initial=1)).bit_length()
    value = integers(to, "index", held, bits, 1.0)
    return replace(value, low=int(held.min(initial=0)), high=int(held.max(initial=0)))


def _fixed(to: Assembly, suffix: str, integer: int, bits: int) -> Value:
    return integers(to, suffix, np.array(integer, dtype=np.int64), bits, 1.0)
