"""Settling: from a real linear combination to integers, scales first, rounding last.

Multipliers are integers that are chosen before the scales, and the scales follow from them exactly.
So rounding a multiplier costs no accuracy, only a little range.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from modulus.errors import QuantizationError
from modulus.ir.evaluate import Integers
from modulus.ir.steps import Requantize, RequantizeTerm
from modulus.ir.steps.requantize import remainder_widths
from modulus.ir.value import Axes, Value
from modulus.ir.view import negated
from modulus.quantize.assembly import Assembly, tensor_of, to_integers
from modulus.quantize.contracting import Labels, emit_contraction, without_lone
from modulus.quantize.grid import grid
from modulus.quantize.operand import Pending, Reals, ScaledTerm, Term, WeightTerm
from modulus.relations.system import Role

MAX_SHIFT = 44
INTEGER_SHIFT = 40
"""Bits dropped where the result is an integer that must be the right one."""
INTEGER_BITS = 16
"""Least width of such results: they may be clamped only later."""
MULTIPLIER_LIMIT = 1 << 48
BIAS_LIMIT = (1 << 61) - 1


@dataclass(frozen=True, slots=True)
class Request:
    """How a result is to be rounded."""

    relu: bool = False
    bounds: tuple[float, float] | None = None
    scale: float | None = None
    bits: int | None = None
    covered: bool = False


def natural_scale(to: Assembly, x: Pending, request: Request) -> float:
    """Return the scale at which the range of x just fits."""
    bits = to.settings.activation_bits if request.bits is None else request.bits
    largest = (1 << bits) - 1 if request.relu else (1 << (bits - 1)) - 1
    low, high = static_range(x)
    bounds = x.bounds if request.bounds is None else request.bounds
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    reach = max(abs(low), abs(high))
    if not np.isfinite(reach):
        raise QuantizationError(f"{to.layer}: the range of {x.name or 'a result'} is not finite")
    # A result that is always zero still needs a scale.
    return reach / largest if reach > 1e-30 else 1.0


def settle_pending(to: Assembly, x: Pending, request: Request) -> Value:
    """Add the steps that round x.

    Raises:
        QuantizationError: Numbers do not fit.
    """
    scale = natural_scale(to, x, request) if request.scale is None else request.scale
    x = replace(x, terms=tuple(_prepared(term) for term in x.terms))
    exact = request.scale is None and len(x.terms) == 1 and isinstance(x.terms[0], ScaledTerm)
    if exact and isinstance(x.terms[0], ScaledTerm) and x.terms[0].factor.size == 1:
        return _settle_exact(to, x, x.terms[0], scale, request)
    shift = _shift(to, x.terms)
    parts = [_integers(to, term, scale, shift) for term in x.terms]
    return _emit(to, x, parts, scale, shift, request)


def settle_integer(to: Assembly, x: Pending, offset: float) -> Value:
    """Return floor(real x + offset + 1/2) at scale one, rounded once.

    Multipliers have 40 bits of fraction or what fits, so a sum is off by 2^-41 of its largest
    integer. Weights that are integers times a step stay these integers.
    """
    shift = INTEGER_SHIFT
    widest = max((_step_of(term) for term in x.terms), default=0.0)
    while widest * 2.0**shift >= MULTIPLIER_LIMIT and shift > to.settings.shift:
        shift -= 4
    terms = tuple(_prepared(term) for term in x.terms)
    parts = [_integers(to, term, 1.0, shift, exact=True) for term in terms]
    bits = max(INTEGER_BITS, to.settings.activation_bits)
    x = replace(x, terms=terms, bias=x.bias + offset)
    return _emit(to, x, parts, 1.0, shift, Request(bits=bits))


def _step_of(term: Term) -> float:
    """What one integer of a term's value makes, as far as scales and scalar factors tell."""
    if isinstance(term, WeightTerm):
        return 0.0
    return _scale_of(term.values) * float(np.abs(term.factor).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class _Part:
    multiplier: Integers
    factors: tuple[Value, ...]


def _settle_exact(
    to: Assembly, x: Pending, term: ScaledTerm, scale: float, request: Request
) -> Value:
    """Round a multiple of one value or product: the scale adapts to an integer multiplier."""
    factor = float(term.factor.reshape(-1)[0])
    values = term.values
    if factor < 0:
        values, factor = (negated(values[0]), *values[1:]), -factor
    real = factor * _scale_of(values)
    shift = to.settings.shift
    while real * 2.0**shift < scale and shift < MAX_SHIFT:
        shift = min(MAX_SHIFT, shift + 8)
    ratio = real * 2.0**shift / scale
    if ratio == 0:
        return _emit(to, x, [_Part(_scalar(0), values)], scale, shift, request)
    if not 1 <= ratio < MULTIPLIER_LIMIT:
        raise QuantizationError(
            f"{to.layer}: the range of {x.name or 'a result'} differs from its operands' by 2^44",
            hint="check the calibration samples",
        )
    multiplier = int(ratio)
    part = _Part(_scalar(multiplier), values)
    return _emit(to, x, [part], real * 2.0**shift / multiplier, shift, request)


def _prepared(term: Term) -> Term:
    """Sum axes that the weights do not see, which costs nothing."""
    if isinstance(term, ScaledTerm):
        return term
    labels = Labels.parse(term.labels)
    value, own = without_lone(term.x, labels.left, labels.right, labels.result)
    return replace(term, x=value, labels=Labels(own, labels.right, labels.result).text)


def _shift(to: Assembly, terms: tuple[Term, ...]) -> int:
    """Return how many bits to drop: operands wider than activations need finer multipliers."""
    widest = 0
    for term in terms:
        values = (term.x,) if isinstance(term, WeightTerm) else term.values
        width = 0
        for value in values:
            width += max(-value.low, value.high).bit_length()
        widest = max(widest, width)
    shift = to.settings.shift + max(0, widest - to.settings.activation_bits)
    if shift > MAX_SHIFT:
        raise QuantizationError(
            f"{to.layer}: an operand of {widest} bits is too wide to be rounded",
            hint="use fewer activation bits",
        )
    return shift


def _integers(to: Assembly, term: Term, scale: float, shift: int, *, exact: bool = False) -> _Part:
    if isinstance(term, ScaledTerm):
        reals = term.factor * (_scale_of(term.values) * 2.0**shift / scale)
        return _Part(_compact(to_integers(reals)), term.values)
    labels = Labels.parse(term.labels)
    largest = (1 << (to.settings.weight_bits + term.more_bits - 1)) - 1
    channel = term.channel or ""
    inner = tuple(a for a, letter in enumerate(labels.right) if letter not in channel)
    peak = np.abs(term.weight).max(axis=inner, keepdims=True, initial=0.0)
    unit = term.x.scale * 2.0**shift / scale
    multiplier = np.maximum(1.0, np.ceil(peak / largest * unit))
    integers = to_integers(term.weight * (unit / multiplier))
    steps = grid(term.weight, inner) if exact else None
    if steps is not None:
        multiplier, integers = steps * unit, to_integers(term.weight / steps)
    extents = dict(zip(labels.right, multiplier.shape, strict=True))
    order = [labels.right.index(letter) for letter in labels.result if letter in channel]
    result_shape = tuple(extents[c] if c in channel else 1 for c in labels.result)
    held = to_integers(multiplier.transpose([*order, *inner]).reshape(result_shape))
    x_axes = dict(zip(labels.left, term.x.axes, strict=True))
    axes = tuple(
        x_axes.get(letter, (extent,))
        for letter, extent in zip(labels.right, term.weight.shape, strict=True)
    )
    weight = to.fixed("weight", axes, integers, (-largest - 1, largest))
    total = emit_contraction(to, labels, term.x, weight, 1.0)
    return _Part(_compact(held), (total,))


def _emit(
    to: Assembly, x: Pending, parts: list[_Part], scale: float, shift: int, request: Request
) -> Value:
    axes = to.common_axes([value for part in parts for value in part.factors], x.shape)
    half = np.int64(1 << (shift - 1))
    bias = _compact(to_integers(x.bias * (2.0**shift / scale)) + half)
    held = to.fixed("bias", _fit(axes, bias.shape), bias, (-BIAS_LIMIT, BIAS_LIMIT))
    terms = tuple(
        RequantizeTerm(
            to.onto(_multiplier(to, part.multiplier, axes), axes),
            tuple(to.onto(value, axes) for value in part.factors),
        )
        for part in parts
    )
    bits = to.settings.activation_bits if request.bits is None else request.bits
    limit = 1 << bits if request.relu else 1 << (bits - 1)
    bounds = (0 if request.relu else -limit, limit - 1)
    out = to.stored("relu" if request.relu else "round", axes, bounds, scale, Role.TRACE)
    negative = (
        tensor_of(to.stored("negative", axes, bounds, scale, Role.TRACE)) if request.relu else None
    )
    limbs = tuple(
        tensor_of(to.stored("remainder", axes, (0, (1 << width) - 1), scale, Role.TRACE))
        for width in remainder_widths(shift)
    )
    to.graph.steps.append(
        Requantize(
            label=to.layer,
            shape=out.physical,
            terms=terms,
            bias=to.onto(held, axes),
            shift=shift,
            remainder=limbs,
            output=tensor_of(out),
            negative=negative,
            bits=bits,
            scale=scale,
            covered=request.covered,
        )
    )
    return out


def _multiplier(to: Assembly, array: Integers, axes: Axes) -> Value:
    bounds = (-MULTIPLIER_LIMIT, MULTIPLIER_LIMIT)
    return to.fixed("multiplier", _fit(axes, array.shape), array, bounds)


def _scalar(integer: int) -> Integers:
    return np.array(integer, dtype=np.int64)


def _fit(axes: Axes, shape: tuple[int, ...]) -> Axes:
    """Return the axes that an array broadcasting to `axes` is laid out over."""
    tail = axes[len(axes) - len(shape) :]
    return tuple((1,) if extent == 1 else held for held, extent in zip(tail, shape, strict=True))


def _compact(array: Integers) -> Integers:
    """Drop the axes along which an array is constant because it has one entry."""
    return array.reshape(()) if array.size == 1 else array


def _scale_of(values: tuple[Value, ...]) -> float:
    return float(np.prod([value.scale for value in values]))


def static_range(x: Pending) -> tuple[float, float]:
    """Return real bounds that hold for every input in range."""
    low, high = _ends(x.bias)
    for term in x.terms:
        ends = _weight_range(term) if isinstance(term, WeightTerm) else _scaled_range(term)
        low, high = low + ends[0], high + ends[1]
    return low, high


def _scaled_range(term: ScaledTerm) -> tuple[float, float]:
    low, high = 1.0, 1.0
    for pair in (*(value.real_range for value in term.values), _ends(term.factor)):
        ends = [a * b for a in (low, high) for b in pair]
        low, high = min(ends), max(ends)
    return low, high


def _ends(array: Reals) -> tuple[float, float]:
    return float(array.min()), float(array.max())


def _weight_range(term: WeightTerm) -> tuple[float, float]:
    labels = Labels.parse(term.labels)
    low, high = term.x.real_range
    count = 1
    for letter, extent in zip(labels.left, term.x.shape, strict=True):
        if letter not in labels.right + labels.result:
            count *= extent
    inner = tuple(a for a, letter in enumerate(labels.right) if letter not in labels.result)
    positive = np.maximum(term.weight, 0).sum(axis=inner) * count
    negative = np.minimum(term.weight, 0).sum(axis=inner) * count
    if positive.size == 0:
        return 0.0, 0.0
    return float((positive * low + negative * high).min()), float(
        (positive * high + negative * low).max()
    )
