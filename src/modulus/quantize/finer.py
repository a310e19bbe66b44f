"""Real tensors that happen to hold whole numbers: rounded finer than one where that is needed.

What rounding or a cast makes has scale one, whatever its range. An operator that brings operands to
one scale, or looks them up, would go on at that scale, as if nothing finer were ever meant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from modulus.ir.value import Value
from modulus.ops import EXACT, Node
from modulus.quantize.operand import Constant, Operand, Pending, ScaledTerm

LOOSE = 16.0
"""How often the calibrated range fits into the declared one of a value that is rounded again."""


def finer(
    node: Node,
    held: Mapping[str, Operand],
    reals: Collection[str],
    bounds: Mapping[str, tuple[float, float]],
) -> list[Operand | None]:
    """Return the operands of a node, those at scale one not rounded yet where that loses something.

    Args:
        node: The node.
        held: Operands by name.
        reals: Tensors of floating-point numbers.
        bounds: Calibrated ranges, margin included, by name.
    """
    inputs = [held[name] if name else None for name in node.inputs]
    loose = {
        position: _unrounded(x, name, bounds[name])
        for position, (x, name) in enumerate(zip(inputs, node.inputs, strict=True))
        if isinstance(x, Value) and name in reals and _is_loose(x, bounds.get(name))
    }
    operator = node.operator
    if not loose or operator.bound == EXACT or operator.scales_whole:
        return inputs
    if operator.keeps_whole and all(_is_whole(x) for x in inputs):
        return inputs
    return [loose.get(position, x) for position, x in enumerate(inputs)]


def _is_loose(x: Value, bounds: tuple[float, float] | None) -> bool:
    """Whether a value is whole, or its integers have room for far more than what was seen of it."""
    seen = 0.0 if bounds is None else max(map(abs, bounds))
    return seen > 0 and (x.scale == 1.0 or max(map(abs, x.real_range)) > LOOSE * seen)


def _is_whole(x: Operand | None) -> bool:
    if isinstance(x, Constant):
        # An infinite bound does not bind, and is no reason for a finer scale.
        return bool(np.all((x.array == np.round(x.array)) | ~np.isfinite(x.array)))
    return x is None or (isinstance(x, Value) and x.scale == 1.0)


def _unrounded(x: Value, name: str, bounds: tuple[float, float]) -> Pending:
    return Pending(x.shape, (ScaledTerm((x,), np.ones(())),), np.zeros(()), name, bounds)
