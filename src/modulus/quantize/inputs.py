"""Widths and units of the integers that stand for a model's inputs.

Where columns (the last axis) differ in magnitude, as those of raw tables do, each gets a unit of
its own; where a model compares its inputs, they are also as fine as float32 tells them apart.
`docs/design/columns.md` says why this is sound and what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from modulus.ops import FloatGraph, Node, TensorInfo
from modulus.quantize.settings import Settings

Reals = NDArray[np.float64]
Run = Mapping[str, NDArray[np.generic]]
ColumnUnits = Mapping[str, tuple[float, ...]]
"""By input name, the real number that one stands for in each column."""

MORE_BITS = 14
"""Bits of a column's integers beyond those of activations: consumers fold them without rounding."""
MOST_BITS = 30
"""Two limbs hold the difference of two such integers."""
EXACT_BITS = 44
"""Where trees alone read an input without a grid: float32 numbers are told apart far below the
largest, and the difference of two takes a third limb."""
HEADROOM = 8.0
"""How far beyond its margin a column may go: one leaves its range sooner than all together."""
SPREAD = 8.0
"""Ratio of the columns' ranges from which one unit for all would lose precision."""
DECIMALS = 10
"""Digits after the point that a grid may have."""


def column_units(
    graph: FloatGraph, runs: Sequence[Run], settings: Settings
) -> dict[str, tuple[float, ...]]:
    """Choose units per column for the inputs that want them.

    Args:
        graph: The model.
        runs: Real inputs by name, one mapping per run of the model.
        settings: Activation width and margin.

    Returns:
        By input name; an input without an entry has one unit for all of its columns.
    """
    exact = any(node.operator.compares_inputs for node in graph.nodes)
    chosen = {}
    for info in graph.inputs:
        if runs and info.dtype.kind == "f" and info.shape and _folded(graph, info.name):
            rows = np.concatenate([_rows(run[info.name], info.shape[-1]) for run in runs])
            reach = np.abs(rows).max(axis=0)
            seen = reach[reach > 0]
            if seen.size and (exact or seen.max() > SPREAD * seen.min()):
                chosen[info.name] = _units(rows, _compared(graph, info), settings)
    return chosen


def _folded(graph: FloatGraph, name: str) -> bool:
    """Whether all that reads a tensor folds factors per column: nothing rounds them away then."""
    consumers = [node for node in graph.nodes if name in node.inputs]
    returned = any(output.name == name for output in graph.outputs)
    return not returned and all(_folds(graph, name, node) for node in consumers)


def _folds(graph: FloatGraph, name: str, node: Node) -> bool:
    if node.operator.passes_columns:
        return all(_folded(graph, output) for output in node.outputs)
    others = {other for other in node.inputs if other not in ("", name)}
    return node.operator.folds_columns and others <= graph.constants.keys()


def _rows(array: NDArray[np.generic], columns: int) -> Reals:
    return np.asarray(array, np.float64).reshape(-1, columns)


def column_bits(
    graph: FloatGraph, info: TensorInfo, units: Sequence[float], settings: Settings
) -> int:
    """Return the width of an input's integers, the sign included, from its units per column."""
    exact = _compared(graph, info) and bool(without_grid(np.array(units)).any())
    return _bits(settings, wide=exact)


def without_grid(units: Reals) -> NDArray[np.bool_]:
    """Say which units are powers of two, as those of columns without a decimal grid are."""
    return np.asarray(np.frexp(units)[0] == 0.5)


def _compared(graph: FloatGraph, info: TensorInfo) -> bool:
    """Whether nothing but comparisons reads an input."""
    consumers = [node for node in graph.nodes if info.name in node.inputs]
    return all(node.operator.compares_inputs for node in consumers)


def _bits(settings: Settings, *, wide: bool) -> int:
    return EXACT_BITS if wide else min(MOST_BITS, settings.activation_bits + MORE_BITS)


def _units(rows: Reals, compared: bool, settings: Settings) -> tuple[float, ...]:
    reach = np.abs(rows).max(axis=0)
    # A column that is zero in all samples may be as large as any other.
    reach = np.where(reach > 0, reach, reach.max()) * settings.margin * HEADROOM
    usual = reach / ((1 << (_bits(settings, wide=False) - 1)) - 1)
    grids = [_grid(*pair) for pair in zip(rows.T, usual.tolist(), strict=True)]
    bits = _bits(settings, wide=compared and None in grids)
    finest = reach / ((1 << (bits - 1)) - 1)
    return tuple(_unit(*pair) for pair in zip(grids, finest.tolist(), strict=True))


def _grid(column: Reals, finest: float) -> float | None:
    """The power of ten, no finer than a unit may be, that divides the most samples.

    Tables are mostly decimal: with such a unit integers stand for the very float32 numbers of the
    samples, and of others with as many digits. None where no power divides half of them.
    """
    best, most = None, len(column) // 2
    # Every float32 number is near a multiple of what is as fine as its own last place. A unit is a
    # third of the grid at most, since a unit of one would pass for a power of two.
    coarse = max(4 * finest, float(np.abs(column).max()) * 2.0**-20)
    for digits in range(DECIMALS + 1):
        grid = 10.0**-digits
        if grid < coarse:
            break
        nearest = np.round(column / grid) * grid
        hits = int(np.count_nonzero(nearest.astype(np.float32) == column.astype(np.float32)))
        if hits > most:
            best, most = grid, hits
    return best


def _unit(grid: float | None, finest: float) -> float:
    """The finest part of the grid, or without one a power of two, by which `beyond` knows it."""
    if grid is None:
        return float(2.0 ** np.ceil(np.log2(finest)))
    parts = int(grid / finest)
    # One part less where the unit would be a power of two.
    return grid / (parts - 1 if parts & (parts - 1) == 0 else parts)
