"""Random inputs in place of calibration samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from modulus.ops import FloatGraph

SAMPLES = 32
"""How many random inputs stand in for calibration samples."""

BELOW = 100
"""Bound of random integers of more than 8 bits that no node takes for places."""

_KEEPS_NUMBERS = frozenset(
    {"Cast", "Expand", "Flatten", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"}
)


def noise(graph: FloatGraph) -> dict[str, NDArray[Any]]:
    """Random inputs by name, samples along a leading axis.

    Real numbers are normal with variance one. Integers of 8 bits and truth values may be any;
    integers that are places in a tensor lie inside it; others lie in [0, 100).
    """
    random = np.random.default_rng(0)
    samples: dict[str, NDArray[Any]] = {}
    for info in graph.inputs:
        shape = (SAMPLES, *info.shape)
        if info.dtype.kind == "f":
            samples[info.name] = random.standard_normal(shape).astype(info.dtype)
            continue
        low, high = _interval(info.dtype)
        if (extent := _places(graph, info.name)) is not None:
            low, high = 0, min(high, extent)
        samples[info.name] = random.integers(low, high, shape).astype(info.dtype)
    return samples


def _interval(kind: np.dtype[Any]) -> tuple[int, int]:
    if kind.kind == "b":
        return 0, 2
    if kind.itemsize > 1:
        return 0, BELOW
    limits = np.iinfo(kind)
    return int(limits.min), int(limits.max) + 1


def _places(graph: FloatGraph, name: str) -> int | None:
    """The smallest extent that an input's integers index, or None where they index nothing."""
    same, extents = {name}, []
    for node in graph.nodes:
        kind = node.operator.onnx_name
        if kind in _KEEPS_NUMBERS and node.inputs[0] in same:
            same.update(node.outputs)
        if kind in {"Gather", "GatherElements"} and node.inputs[1] in same:
            axis: int = getattr(node.operator, "axis", 0)
            extents.append(graph.shapes[node.inputs[0]][axis])
    return min(extents, default=None)
