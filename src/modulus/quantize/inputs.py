"""Widths and units of the integers that stand for a model's inputs.

Where columns (the last axis) differ in magnitude, as those of raw tables do, each gets a unit of
its own; where a model compares its inputs, they are also as fine as float32 tells them apart.
`docs/design/columns.md` says why this is sound and what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from modulus.ops import FloatGraph, TensorInfo
from modulus.quantize.settings import Settings

Reals = NDArray[np.float64]
Run = Mapping[str, NDArray[np.generic]]
ColumnUnits = Mapping[str, tuple[float, ...]]
"""By input name, the real number that one stands for in each column."""

MORE_BITS = 14
"""Bits of a column's integers beyond those of activations: consumers fold them without rounding."""
MOST_BITS = 30
"""Two limbs hold the difference of two such integers."""
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
        if runs and info.dtype.kind == "f" and info.shape and _folded(graph, info):
            rows = np.concatenate([_rows(run[info.name], info.shape[-1]) for run in runs])
            reach = np.abs(rows).max(axis=0)
            seen = reach[reach > 0]
            if seen.size and (exact or seen.max() > SPREAD * seen.min()):
                chosen[info.name] = _units(rows, reach, settings)
    return chosen


def _folded(graph: FloatGraph, info: TensorInfo) -> bool:
    """Whether every consumer folds factors per column, so that nothing rounds them away."""
    consumers = [node for node in graph.nodes if info.name in node.inputs]
    returned = any(output.name == info.name for output in graph.outputs)
    return not returned and all(node.operator.folds_columns for node in consumers)


def _rows(array: NDArray[np.generic], columns: int) -> Reals:
    return np.asarray(array, np.float64).reshape(-1, columns)


def column_bits(settings: Settings) -> int:
    """Return the width of the integers of an input with a unit per column, the sign included."""
    return min(MOST_BITS, settings.activation_bits + MORE_BITS)


def _units(rows: Reals, reach: Reals, settings: Settings) -> tuple[float, ...]:
    # A column that is zero in all samples may be as large as any other.
    finest = np.where(reach > 0, reach, reach.max()) * settings.margin * HEADROOM
    finest /= (1 << (column_bits(settings) - 1)) - 1
    return tuple(_on_grid(*pair) for pair in zip(rows.T, finest.tolist(), strict=True))


def _on_grid(column: Reals, finest: float) -> float:
    """The finest unit of which the power of ten that divides most samples is a multiple.

    Tables are mostly decimal: then integers stand for the very float32 numbers of the samples, and
    of others with as many digits. Where no power divides half of them, the unit is a power of two,
    by which `TruthBuilder.beyond` knows such a column.
    """
    unit, most = 2.0 ** np.ceil(np.log2(finest)), len(column) // 2
    for digits in range(DECIMALS + 1):
        grid = 10.0**-digits
        if grid < finest:
            break
        nearest = np.round(column / grid) * grid
        hits = int(np.count_nonzero(nearest.astype(np.float32) == column.astype(np.float32)))
        if hits > most:
            unit, most = grid / _parts(grid / finest), hits
    return float(unit)


def _parts(most: float) -> int:
    """Into how many units a step of the grid is cut: at most so many, and no power of two."""
    parts = int(most)
    return parts - 1 if parts > 2 and parts & (parts - 1) == 0 else parts
