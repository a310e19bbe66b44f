"""Updates at places known when the model is compiled: written, or combined with what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from modulus.errors import UnsupportedOperatorError
from modulus.ops._builder import Builder, Operand
from modulus.ops._places import MAX_SELECTION, Places, take, take_flat

REDUCTIONS = ("none", "add", "mul", "max", "min")


def check_reduction(reduction: str) -> None:
    """Accept the reductions of ONNX.

    Raises:
        UnsupportedOperatorError: Another one.
    """
    if reduction not in REDUCTIONS:
        raise UnsupportedOperatorError(
            f"attribute reduction={reduction!r} is none of {', '.join(REDUCTIONS)}"
        )


def scattered(
    build: Builder, x: Operand, updates: Operand, places: Places, reduction: str
) -> Operand:
    """X with updates at flat places; without a reduction the last of two counts."""
    places = places.reshape(-1)
    if not places.size:
        return x
    updates = build.reshape(updates, (places.size,))
    if reduction == "none":
        return _written(build, x, updates, places)
    total = int(np.prod(x.shape))
    if reduction == "add" and total * places.size <= MAX_SELECTION:
        selection = (np.arange(total)[:, None] == places).astype(np.int64)
        sums = build.contract_exact("u,zu->z", updates, selection)
        return build.add(x, build.reshape(sums, x.shape))
    combine = _combination(build, reduction)
    for chosen in _rounds(places):
        at = places[chosen]
        found = combine(take_flat(build, x, at), take(build, updates, 0, chosen))
        x = _written(build, x, found, at)
    return x


def _written(build: Builder, x: Operand, updates: Operand, places: Places) -> Operand:
    """Join x and the updates, and take each entry from where it was last written."""
    total = int(np.prod(x.shape))
    source = np.arange(total)
    source[places] = total + np.arange(places.size)
    flat = build.concat([build.reshape(x, (total,)), updates], 0)
    return build.reshape(take(build, flat, 0, source), x.shape)


def _combination(build: Builder, reduction: str) -> Callable[[Operand, Operand], Operand]:
    if reduction == "add":
        return build.add
    if reduction == "mul":
        return build.multiply
    return lambda a, b: (build.maximum if reduction == "max" else build.minimum)([a, b])


def _rounds(places: Places) -> Iterator[Places]:
    """Updates in groups that have no place twice: the first of every place, the second, ..."""
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    starts = np.searchsorted(ordered, ordered)
    repeats = np.arange(places.size) - starts
    for number in range(int(repeats.max()) + 1):
        yield np.sort(order[repeats == number])
