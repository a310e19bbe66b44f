"""Sums that need no rounding because the scales already agree."""

from __future__ import annotations

import numpy as np

from modulus.ir import view
from modulus.ir.value import Value
from modulus.quantize.assembly import Assembly, narrowed, to_integers
from modulus.quantize.operand import Reals, broadcast_shapes


def sum_view(to: Assembly, a: Value, b: Value, sign: int) -> Value | None:
    """Return a + sign * b as a view, or None where scales or layouts differ."""
    if a.scale != b.scale or a.axes != b.axes:
        return None
    total = view.combine([a, b], [1, sign], a.name, a.scale)
    width = max(-total.low, total.high).bit_length()
    return total if width <= to.settings.activation_bits + 2 else None


def shifted(to: Assembly, x: Value, array: Reals) -> Value | None:
    """Return x plus a constant as a view on committed data, or None where it would be too wide."""
    limit = 1 << (to.settings.activation_bits + 1)
    shape = broadcast_shapes(x.shape, array.shape)
    reach = float(np.abs(array).max(initial=0.0)) / x.scale
    if shape != x.shape or reach >= limit or max(-x.low, x.high) >= limit:
        return None
    axes = x.axes[len(shape) - array.ndim :]
    integers = to_integers(np.asarray(array / x.scale, dtype=np.float64))
    extents = tuple((1,) if n == 1 else f for n, f in zip(array.shape, axes, strict=True))
    held = to.fixed("constant", extents, integers, (-limit, limit), x.scale)
    held = narrowed(held, integers)
    return view.combine([x, view.broadcast(held, shape, x.axes)], [1, 1], x.name, x.scale)
