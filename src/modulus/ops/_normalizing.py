"""Standardising over trailing axes: what layer, group, instance and RMS normalisation share."""

from __future__ import annotations

from math import prod

import numpy as np

from modulus.ops._expansion import Expansion, like, reduce, reshape


def standardized(to: Expansion, x: str, first: int, epsilon: float) -> tuple[str, str, str]:
    """(x - mean) / sqrt(variance + epsilon) over the axes from `first` on.

    Returns:
        The result, the mean and the inverse deviation; the latter two keep the axes.
    """
    rank = len(to.shape(x))
    mean = reduce(to, "ReduceMean", x, range(first, rank))
    centred = to.add("Sub", x, mean)
    inverse = inverse_root_mean_square(to, centred, to.shape(x), first, epsilon, x)
    return to.add("Mul", centred, inverse), mean, inverse


def inverse_root_mean_square(
    to: Expansion, x: str, shape: tuple[int, ...], first: int, epsilon: float, kind: str
) -> str:
    """1 / sqrt(mean(x^2) + epsilon) over the axes from `first` on, which are kept.

    Squares are summed by a product of a row with itself: exact, and rounded once per row.

    Args:
        to: Takes the nodes.
        x: The tensor, possibly one that was just added.
        shape: Its shape.
        first: The first axis of the mean.
        epsilon: Added to the mean.
        kind: A tensor of the model of the same element type.
    """
    lead, count = shape[:first], prod(shape[first:])
    row = reshape(to, x, (*lead, 1, count))
    column = reshape(to, x, (*lead, count, 1))
    squares = to.add("MatMul", row, column)
    mean = to.add("Mul", squares, like(to, kind, 1.0 / count))
    kept = reshape(to, mean, (*lead, *[1] * (len(shape) - first)))
    root = to.add("Sqrt", to.add("Add", kept, like(to, kind, epsilon)))
    return to.add("Reciprocal", root)


def per_channel(to: Expansion, parameter: str, rank: int) -> str:
    """A parameter per channel, shaped to broadcast against [n, c, ...]."""
    held = to.known(parameter)
    if held is None:
        (channels,) = to.shape(parameter)
        return reshape(to, parameter, (channels, *[1] * (rank - 2)))
    return to.hold(np.reshape(held, (-1, *[1] * (rank - 2))))
