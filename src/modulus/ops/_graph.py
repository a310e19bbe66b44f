"""The float graph: a checked, simplified ONNX model in terms of operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from modulus.ops.operator import Operator


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """Name, static shape and float type of an input or output."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]


@dataclass(frozen=True, slots=True)
class Node:
    """One operator applied to named tensors."""

    name: str
    """Unique; the ONNX name where there is one."""
    operator: Operator
    inputs: tuple[str, ...]
    """Tensor names; an optional input that is left out is the empty string."""
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FloatGraph:
    """A model with static shapes, known constants and supported operators only."""

    nodes: tuple[Node, ...]
    """In topological order; every one contributes to an output."""
    constants: Mapping[str, NDArray[np.generic]]
    """Weights, biases and static operands (axes, shapes, bounds) by tensor name, read-only."""
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    shapes: Mapping[str, tuple[int, ...]]
    """Static shape of every input, constant and node output."""
    model: bytes = field(repr=False)
    """The same graph as serialised ONNX with the same names: what the float reference runs."""
    notes: tuple[str, ...] = ()
    """What was decided for the user, such as a default batch of one: sentences to show."""
    reals: frozenset[str] = frozenset()
    """Tensors of floating-point numbers, whole ones included."""
    integers: frozenset[str] = frozenset()
    """Tensors of an integer type: their arithmetic is exact, and division drops the fraction."""
    alike: tuple[tuple[str, ...], ...] = ()
    """Groups of tensors that calibration gives one range; some of them may not exist any more."""
