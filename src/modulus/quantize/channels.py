"""Factors per channel, folded into weights that are not rounded yet."""

from __future__ import annotations

from dataclasses import replace

from modulus.quantize.contracting import Labels
from modulus.quantize.operand import Pending, Reals, ScaledTerm, WeightTerm


def scaled_channels(x: Pending, array: Reals) -> Pending | None:
    """Multiply a pending result entry by entry where that only changes factors and weights."""
    full = array.reshape((1,) * (len(x.shape) - array.ndim) + array.shape)
    terms: list[WeightTerm | ScaledTerm] = []
    for term in x.terms:
        if isinstance(term, ScaledTerm):
            terms.append(replace(term, factor=term.factor * full))
            continue
        labels = Labels.parse(term.labels)
        if any(
            n > 1 and c not in labels.right for n, c in zip(full.shape, labels.result, strict=True)
        ):
            return None
        lone = tuple(axis for axis, c in enumerate(labels.result) if c not in labels.right)
        factor = full.squeeze(lone) if lone else full
        kept = "".join(c for c in labels.result if c in labels.right)
        ordered = factor.transpose([kept.index(c) for c in labels.right if c in kept])
        wide = tuple(slice(None) if c in kept else None for c in labels.right)
        terms.append(replace(term, weight=term.weight * ordered[wide]))
    return Pending(x.shape, tuple(terms), x.bias * full)
