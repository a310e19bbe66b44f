"""Operands whose columns have factors and offsets of their own, which consumers fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from modulus.ir.value import Value
from modulus.quantize import moving
from modulus.quantize.assembly import Assembly
from modulus.quantize.contracting import Labels
from modulus.quantize.inputs import EXACT_BITS
from modulus.quantize.operand import Operand, Pending, Reals, ScaledTerm, WeightTerm
from modulus.quantize.settings import Settings

SUM_BITS = 61
"""Width of the sums of products of columns and weights."""
WEIGHT_BITS = 8
"""Bits of the weights beyond the usual: raw columns often cancel, and the weights' errors do not.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Real numbers: factor * value + offset, the two of one entry per index of the last axis."""

    value: Value
    factor: Reals
    offset: Reals


def columns_of(x: Operand, bits: int = EXACT_BITS) -> Columns | None:
    """Read an operand as columns, or return None where it is none or its integers are wider."""
    if not isinstance(x, Pending) or len(x.terms) != 1 or not x.shape:
        return None
    (term,) = x.terms
    if not isinstance(term, ScaledTerm) or len(term.values) != 1:
        return None
    (value,) = term.values
    width = max(-value.low, value.high).bit_length()
    if value.shape != x.shape or width > bits:
        return None
    extent = x.shape[-1]
    # One factor for several columns is the business of a scale.
    factor = _per_column(term.factor, extent) if term.factor.size == extent else None
    offset = _per_column(x.bias, extent)
    return None if factor is None or offset is None else Columns(value, factor, offset)


def _per_column(array: Reals, extent: int) -> Reals | None:
    """The entry of every column, or None where an array varies along another axis."""
    if array.size == 1:
        return np.broadcast_to(array.reshape(-1), (extent,))
    return array.reshape(-1) if array.size == extent == array.shape[-1] else None


def contracted(
    labels: Labels, x: Columns, weight: Reals, channel: str | None, settings: Settings
) -> Pending:
    """Return einsum(labels, x, weight), the factors of the columns going into the weights.

    Args:
        labels: The weight has the letter of x's last axis.
        x: The columns.
        weight: Real weights.
        channel: As for `BasicBuilder.contract`.
        settings: Width of the weights.
    """
    extents = labels.extents(x.value.shape, weight.shape)
    axis = labels.right.index(labels.left[-1])
    along = [-1 if a == axis else 1 for a in range(weight.ndim)]
    depth = prod(extents[letter] for letter in labels.left if letter not in labels.result)
    width = max(-x.value.low, x.value.high).bit_length()
    spare = SUM_BITS - width - settings.weight_bits - depth.bit_length()
    more = max(0, min(WEIGHT_BITS, spare))
    term = WeightTerm(x.value, weight * x.factor.reshape(along), labels.text, channel, more)
    bias = np.einsum(labels.text, np.broadcast_to(x.offset, x.value.shape), weight)
    return Pending(tuple(extents[letter] for letter in labels.result), (term,), bias)


def joined(to: Assembly, parts: Sequence[Columns | Value]) -> Pending:
    """Concatenate along the last axis; every part keeps its integers."""
    values, factors, offsets = [], [], []
    for part in parts:
        held = part if isinstance(part, Columns) else _plain(part)
        values.append(replace(held.value, scale=1.0))
        factors.append(held.factor * held.value.scale)
        offsets.append(held.offset)
    whole = moving.concat(to, values, len(values[0].shape) - 1)
    term = ScaledTerm((whole,), np.concatenate(factors))
    return Pending(whole.shape, (term,), np.concatenate(offsets))


def _plain(value: Value) -> Columns:
    extent = value.shape[-1]
    return Columns(value, np.ones(extent), np.zeros(extent))
