"""Entries at places known when the model is compiled: moved without rounding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError
from modulus.ops._builder import Builder, ConstantOperand, Operand

MAX_RUNS = 4
"""Arithmetic progressions that are moved one by one."""
MAX_SELECTION = 1 << 16
"""Entries of the matrix of zeros and ones that selects more of them; beyond, they are looked up."""

Places = NDArray[np.int64]


def take(build: Builder, x: Operand, axis: int, places: Places) -> Operand:
    """x[places] along an axis; places are in range and have one axis.

    Progressions and grids of them are views or one rewire; a few runs are joined; anything else is
    selected by a constant matrix, or where that would be large by one lookup per entry.
    """
    if isinstance(x, ConstantOperand):
        return build.constant(np.take(x.array, places, axis))
    columns = build.columns(x) if axis == len(x.shape) - 1 else None
    if columns is not None:
        value, factor, offset = columns
        return build.of_columns(take(build, value, axis, places), factor[places], offset[places])
    grid = _grid(places)
    if grid is not None:
        return _take_grid(build, x, axis, places, *grid)
    runs = _runs(places)
    if len(runs) <= MAX_RUNS and all(step for _, step, _ in runs):
        return build.concat([_take_run(build, x, axis, *run) for run in runs], axis)
    rank, extent = len(x.shape), x.shape[axis]
    if len(places) * extent <= MAX_SELECTION:
        own = axis_letters(rank, "Z")
        result = own[:axis] + "Z" + own[axis + 1 :]
        matrix = (places[:, None] == np.arange(extent)).astype(np.int64)
        return build.contract_exact(f"{own},Z{own[axis]}->{result}", x, matrix)
    front = build.transpose(x, (axis, *(a for a in range(rank) if a != axis)))
    found = build.gather(front, build.constant(places.astype(np.float64)))
    return build.transpose(found, (*range(1, axis + 1), 0, *range(axis + 1, rank)))


def take_flat(build: Builder, x: Operand, places: Places) -> Operand:
    """x.reshape(-1)[places], in the shape of the places."""
    flat = build.reshape(x, (int(np.prod(x.shape)),))
    return build.reshape(take(build, flat, 0, places.reshape(-1)), places.shape)


def in_range(name: str, places: NDArray[np.float64], extent: int) -> Places:
    """Whole numbers from -extent to extent - 1 as places.

    Raises:
        ShapeError: One is outside.
    """
    whole = places.astype(np.int64)
    if whole.size and not (-extent <= whole.min() and whole.max() < extent):
        raise ShapeError(
            f"{name}: indices from {whole.min()} to {whole.max()} of an axis of {extent}"
        )
    return np.where(whole < 0, whole + extent, whole)


def _runs(places: Places) -> list[tuple[int, int, int]]:
    """Cut into progressions (start, step, count), each as long as possible."""
    runs: list[tuple[int, int, int]] = []
    position = 0
    while position < len(places):
        start = int(places[position])
        if position + 1 == len(places):
            runs.append((start, 1, 1))
            break
        step = int(places[position + 1]) - start
        differs = np.nonzero(np.diff(places[position:]) != step)[0]
        count = int(differs[0]) + 1 if differs.size else len(places) - position
        runs.append((start, step, count))
        position += count
        if len(runs) > MAX_RUNS:
            break
    return runs


def _grid(places: Places) -> tuple[int, int, int, int] | None:
    """(outer count, outer step, inner count, inner step) of a grid of places, if they are one."""
    count = len(places)
    if count < 1:
        return None
    differences = np.diff(places)
    if count < 3 or np.all(differences == differences[0]):
        return (1, 1, count, int(differences[0]) if count > 1 else 1)
    inner = int(np.nonzero(differences != differences[0])[0][0]) + 1
    if count % inner:
        return None
    rows = places.reshape(-1, inner)
    steps = np.diff(rows[:, 0])
    if not (np.all(rows - rows[:, :1] == rows[0] - rows[0, 0]) and np.all(steps == steps[0])):
        return None
    return (len(rows), int(steps[0]), inner, int(differences[0]) if inner > 1 else 1)


def _take_grid(
    build: Builder,
    x: Operand,
    axis: int,
    places: Places,
    outer: int,
    outer_step: int,
    inner: int,
    inner_step: int,
) -> Operand:
    start = int(places[0])
    if outer == 1:
        return _take_run(build, x, axis, start, inner_step, inner)
    head, tail = x.shape[:axis], x.shape[axis + 1 :]
    if inner_step == 0 or outer_step == 0:
        step, count = (inner_step, inner) if outer_step == 0 else (outer_step, outer)
        run = _take_run(build, x, axis, start, step, count)
        middle = (1, inner) if outer_step == 0 else (outer, 1)
        wide = build.broadcast(
            build.reshape(run, (*head, *middle, *tail)), (*head, outer, inner, *tail)
        )
    elif outer_step > 0 and inner_step > 0:
        last = int(places[-1])
        part = _take_run(build, x, axis, start, 1, last - start + 1)
        rank = len(x.shape)
        windows = build.window(part, [axis], [inner], [outer_step], [inner_step], [(0, 0)])
        wide = build.transpose(windows, (*range(axis + 1), rank, *range(axis + 1, rank)))
    else:
        rows = [
            _take_run(build, x, axis, start + i * outer_step, inner_step, inner)
            for i in range(outer)
        ]
        return build.concat(rows, axis)
    return build.reshape(wide, (*head, outer * inner, *tail))


def _take_run(build: Builder, x: Operand, axis: int, start: int, step: int, count: int) -> Operand:
    starts, steps, sizes = [0] * len(x.shape), [1] * len(x.shape), list(x.shape)
    starts[axis], sizes[axis] = start, count
    if step == 0:
        sizes[axis] = 1
        one = build.slice(x, starts, steps, sizes)
        return build.broadcast(one, (*x.shape[:axis], count, *x.shape[axis + 1 :]))
    steps[axis] = step
    return build.slice(x, starts, steps, sizes)


def axis_letters(rank: int, used: Sequence[str] = ()) -> str:
    """Letters for the axes of an einsum, apart from those already used."""
    free = (c for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in used)
    return "".join(next(free) for _ in range(rank))
