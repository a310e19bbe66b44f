"""Small graphs of every operator, in the fewest bits that there are."""

from __future__ import annotations

from functools import cache
from itertools import product
from math import prod
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from modulus.errors import ModulusError
from modulus.frontend import calibrate, load_onnx
from modulus.ir.graph import Graph, Trace, Visibility
from modulus.ir.ports import Ports
from modulus.ops import Operator
from modulus.quantize import Settings, quantize_for
from tests.conformance.tampering.lies import relations
from tools.operator_costs import models

DOMAINS = (0.1, 1.1, -0.4)
"""Least real inputs: acos wants less than one, acosh more."""


class ShortShift(Settings):
    """Rounding drops eight bits: remainders need tables of 256 rows and not of 65536."""

    @property
    def shift(self) -> int:
        return 8


OUTPUTS = (Visibility.PRIVATE, Visibility.PUBLIC)
SETTINGS = (ShortShift(activation_bits=8, weight_bits=8), Settings())


@cache
def small_graphs(operator: type[Operator]) -> list[tuple[Graph, Trace]]:
    """Graphs of an operator with their traces on one input, smallest first."""
    found = [executed(model()) for _, model in models(operator)]
    return sorted(found, key=lambda entry: sum(prod(tensor.shape) for tensor in entry[0].tensors))


def executed(model: onnx.ModelProto) -> tuple[Graph, Trace]:
    """A model in integers, on an input inside the domain of its operator.

    Outputs are private: what bounds them is their relations alone and not the form of a proof. Only
    views have no relations, so theirs are public: the proof has a copy of them.
    """
    graph = load_onnx(model)
    generator = np.random.default_rng(1)
    for settings, outputs, low in product(SETTINGS, OUTPUTS, DOMAINS):
        inputs = {
            info.name: entries(generator, info.shape, info.dtype, low) for info in graph.inputs
        }
        samples = {name: array[None] for name, array in inputs.items()}
        try:
            ranges = calibrate(graph, samples)
            made, _ = quantize_for(graph, ranges, [inputs], settings, Ports(outputs=outputs))
        except ModulusError:
            continue
        if relations(made.relations()):
            return made, made.execute(made.quantize_inputs(inputs))
    raise AssertionError("no input is inside the domain, or there are no relations")


def entries(
    generator: np.random.Generator, shape: tuple[int, ...], kind: np.dtype[Any], low: float
) -> NDArray[Any]:
    """Real numbers in [low, low + 0.8], integers from 0 to 2, or truth values."""
    if kind.kind == "f":
        return generator.uniform(low, low + 0.8, shape).astype(kind)
    return generator.integers(0, 2 if kind.kind == "b" else 3, shape).astype(kind)
