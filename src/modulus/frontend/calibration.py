"""Calibration: the real range of every tensor over samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ModelError
from modulus.frontend.reference import FloatReference
from modulus.frontend.samples import Samples, batches, load_samples
from modulus.ops import FloatGraph

Ranges = dict[str, tuple[float, float]]

_BINS = 4096
"""Histogram resolution for percentiles: a range is exact to 1/4096 of the full one."""


def calibrate(graph: FloatGraph, samples: Samples, *, percentile: float | None = None) -> Ranges:
    """The smallest and largest value of every input and node output, by tensor name.

    Args:
        graph: The model.
        samples: What `load_samples` accepts.
        percentile: Keep this share (in percent) of the values, leaving out extremes; default all.

    Numerics:
        With a percentile, ends are rounded outward to 1/4096 of the full range. Inputs keep their
        full range: an input outside it would be refused. Steps of a loop have one range, that of
        all of them.

    Raises:
        ModelError: Samples or results are not finite, or the percentile is not in (50, 100].
        ShapeError: The samples do not fit the inputs.
    """
    if percentile is not None and not 50 < percentile <= 100:
        raise ModelError(f"percentile {percentile} is not in (50, 100]")
    arrays = load_samples(samples, graph.inputs)
    runs = list(batches(arrays, graph.inputs))
    reference = FloatReference(graph)
    ranges = _extremes(reference, runs)
    if percentile is None or percentile == 100:
        return _united(ranges, graph.alike)
    inner = _percentiles(reference, runs, ranges, percentile)
    return _united(inner | {info.name: ranges[info.name] for info in graph.inputs}, graph.alike)


def _united(ranges: Ranges, groups: Sequence[Sequence[str]]) -> Ranges:
    """Give each group of tensors the range that covers all of them."""
    united = dict(ranges)
    for group in groups:
        found = [ranges[name] for name in group if name in ranges]
        if found:
            whole = min(low for low, _ in found), max(high for _, high in found)
            united |= {name: whole for name in group if name in ranges}
    return united


def _extremes(reference: FloatReference, runs: Sequence[dict[str, NDArray[Any]]]) -> Ranges:
    ranges: Ranges = {}
    for inputs in runs:
        for name, array in reference.run(inputs).items():
            low, high = float(array.min()), float(array.max())
            if name in ranges:
                low, high = min(low, ranges[name][0]), max(high, ranges[name][1])
            ranges[name] = (low, high)
    return ranges


def _percentiles(
    reference: FloatReference,
    runs: Sequence[dict[str, NDArray[Any]]],
    ranges: Ranges,
    percentile: float,
) -> Ranges:
    """A second pass fills histograms, so that memory does not grow with the number of samples."""
    counts = {name: np.zeros(_BINS, np.int64) for name in ranges}
    for inputs in runs:
        for name, array in reference.run(inputs).items():
            low, high = ranges[name]
            if low < high:
                counts[name] += np.histogram(array.astype(np.float64), _BINS, (low, high))[0]
    return {
        name: _inner_range(counts[name], ranges[name], (100 - percentile) / 200) for name in ranges
    }


def _inner_range(
    counts: NDArray[np.int64], full: tuple[float, float], tail: float
) -> tuple[float, float]:
    low, high = full
    total = int(counts.sum())
    if total == 0:
        return full
    width = (high - low) / _BINS
    cumulative = np.cumsum(counts)
    below = int(np.searchsorted(cumulative, tail * total, side="right"))
    above = int(np.searchsorted(cumulative, (1 - tail) * total, side="left"))
    return low + below * width, min(high, low + (above + 1) * width)
