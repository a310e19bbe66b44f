"""Weights that were integers: found again from the real numbers that a quantised model states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modulus.quantize.operand import Reals

LARGEST = 255
"""Largest integer looked for: a byte less its zero point."""
TOLERANCE = 2.0**-21
"""Relative distance from a multiple: float32 rounds the products of integer and step."""
_PROBES = 16
"""Entries of a row that rule most steps out."""
_BLOCK = 512
"""Rows searched at a time: memory."""

Truths = NDArray[np.bool_]


def grid(weight: Reals, inner: Sequence[int]) -> Reals | None:
    """Return steps of which all entries are integer multiples of at most LARGEST, or None.

    The numbers are searched rather than the model for a dequantising node: weights are transposed,
    scaled and merged with what follows them on their way here. Weights that lie on a grid by
    chance are only represented more exactly.

    Args:
        weight: Real weights.
        inner: Axes along which the step is the same; they stay with extent one.
    """
    outer = [axis for axis in range(weight.ndim) if axis not in inner]
    rows = weight.transpose([*outer, *inner])
    kept = rows.shape[: len(outer)]
    matrix = rows.reshape(int(np.prod(kept, dtype=np.int64)), -1)
    found = []
    for first in range(0, len(matrix), _BLOCK):
        steps = _steps(matrix[first : first + _BLOCK])
        if steps is None:
            return None
        found.append(steps)
    order = [[*outer, *inner].index(axis) for axis in range(weight.ndim)]
    return np.concatenate(found).reshape(kept + (1,) * len(inner)).transpose(order)


def _steps(rows: Reals) -> Reals | None:
    peak = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    peak = np.where(peak > 0, peak, 1.0)
    ratios = rows / peak
    stride = max(1, rows.shape[1] // _PROBES)
    probes = ratios[:, ::stride, None]
    counts = np.arange(1, LARGEST + 1)
    fits: Truths = np.all(_near(probes * counts), axis=1)
    chosen = np.zeros(len(rows), np.int64)
    waiting = np.arange(len(rows))
    while waiting.size:
        if not fits[waiting].any(axis=1).all():
            return None
        # The smallest number of steps to the peak first: the largest step that may do.
        chosen[waiting] = fits[waiting].argmax(axis=1) + 1
        near = _near(ratios[waiting] * chosen[waiting, None])
        wrong: Truths = ~np.all(near, axis=1)
        fits[waiting[wrong], chosen[waiting[wrong]] - 1] = False
        waiting = waiting[wrong]
    # All entries vote on the step: each was rounded on its own.
    integers = np.round(ratios * chosen[:, None])
    squares = (integers**2).sum(axis=1)
    steps: Reals = (rows * integers).sum(axis=1) / np.where(squares > 0, squares, 1.0)
    return np.where(squares > 0, steps, 1.0)


def _near(multiples: Reals) -> Truths:
    distance = np.abs(multiples - np.round(multiples))
    near: Truths = distance <= TOLERANCE * np.abs(multiples)
    return near
