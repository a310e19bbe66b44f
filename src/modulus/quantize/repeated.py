"""Weights that several nodes read: rounded once, at a scale of their own, and committed once.

Weights of one node are rounded for the scale of its result. An unrolled recurrent layer would so
commit its weights once per step.
"""

from __future__ import annotations

import numpy as np

from modulus.ir.value import Value
from modulus.quantize.assembly import Assembly, to_integers
from modulus.quantize.contracting import Labels, emit_contraction, without_lone
from modulus.quantize.operand import Pending, Reals, ScaledTerm


def identity(array: Reals) -> tuple[object, ...]:
    """What tells arrays apart; those of the model's constants live as long as the building."""
    held = array.__array_interface__
    return (held["data"][0], array.shape, array.strides)


def contract_repeated(
    to: Assembly, labels: Labels, x: Value, weight: Reals, channel: str | None
) -> Pending:
    """Return einsum(labels, x, weight), the weights shared with other contractions.

    Numerics:
        Weights are rounded to half a unit of the largest of their channel, as others are.
    """
    x, own = without_lone(x, labels.left, labels.right, labels.result)
    labels = Labels(own, labels.right, labels.result)
    largest = (1 << (to.settings.weight_bits - 1)) - 1
    inner = tuple(a for a, c in enumerate(labels.right) if c not in (channel or ""))
    peak = np.abs(weight).max(axis=inner, keepdims=True, initial=0.0)
    unit = np.where(peak > 0, peak, 1.0) / largest
    held = dict(zip(own, x.axes, strict=True))
    axes = tuple(
        held.get(letter, (extent,))
        for letter, extent in zip(labels.right, weight.shape, strict=True)
    )
    key = (*identity(weight), labels.right, axes, channel)
    fixed = to.shared.get(key)
    if fixed is None:
        integers = to_integers(weight / unit)
        fixed = to.shared[key] = to.fixed("weight", axes, integers, (-largest - 1, largest))
    total = emit_contraction(to, labels, x, fixed, x.scale)
    kept = [labels.right.index(c) for c in labels.result if c in (channel or "")]
    shape = tuple(weight.shape[labels.right.index(c)] if c == channel else 1 for c in labels.result)
    factor = unit.transpose([*kept, *inner]).reshape(shape)
    factor = factor.reshape(()) if factor.size == 1 else factor
    return Pending(total.shape, (ScaledTerm((total,), factor),), np.zeros(()))
