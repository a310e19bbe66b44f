"""How well integers follow the float model, family by family; `make models` makes the table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from examples.models.families.registry import FAMILIES, Family, Measure, path
from modulus.errors import WitnessError
from modulus.frontend import FloatReference, calibrate, load_onnx
from modulus.frontend.samples import batches, load_samples
from modulus.ir.graph import Graph
from modulus.ops import FloatGraph
from modulus.quantize import Settings, quantize_for

CALIBRATION = 256
"""Training samples that the ranges come from."""
BATCH = 16
"""Held-out samples of one execution: batches are one run of the graph."""


@dataclass(frozen=True)
class Fidelity:
    """A comparison with ONNX Runtime on held-out samples."""

    samples: int
    """Compared."""
    refused: int
    """Left out, because a value leaves the ranges that calibration saw."""
    decisions: int
    agreeing: int
    """Of the decisions: labels, or places of the largest output."""
    error: float
    """Largest error of an output over the largest size of that output among the samples."""

    @property
    def agreement(self) -> float:
        """Share of equal decisions."""
        return self.agreeing / max(1, self.decisions)


def quantized(
    family: Family, name: str, batch: int = 1, calibration: int = CALIBRATION
) -> tuple[FloatGraph, Graph]:
    """The float graph of a family for a batch, and its integers at default settings."""
    graph = load_onnx(path(name), {"batch": batch})
    seen = family.load("train")[0][:calibration]
    samples = load_samples(family.feed(seen[: len(seen) // batch * batch]), graph.inputs)
    ranges = calibrate(graph, samples)
    return graph, quantize_for(graph, ranges, list(batches(samples, graph.inputs)), Settings())[0]


def fidelity(name: str, limit: int | None = None) -> Fidelity:
    """Compare a family's integers with ONNX Runtime.

    Args:
        name: The family.
        limit: Most held-out samples to compare; all by default.
    """
    family = FAMILIES[name]
    held_out = family.load("test")[0][:limit]
    batch = min(BATCH, len(held_out))
    graph, integers = quantized(family, name, batch)
    reference = FloatReference(graph)
    samples = load_samples(family.feed(held_out[: len(held_out) // batch * batch]), graph.inputs)
    compared = refused = decisions = agreeing = 0
    errors: dict[str, float] = {}
    sizes: dict[str, float] = {}
    for run in batches(samples, graph.inputs):
        try:
            found: Mapping[str, np.ndarray] = integers.run(run)
        except WitnessError:
            refused += batch
            continue
        compared += batch
        expected = reference.run(run)
        for port, numbers in found.items():
            true = expected[port]
            if true.dtype.kind in "ib":
                pairs = numbers == true
            elif family.measure is Measure.DECISION and true.shape[-1] > 1:
                pairs = numbers.argmax(axis=-1) == true.argmax(axis=-1)
            else:
                pairs = np.zeros(0, bool)
            decisions, agreeing = decisions + pairs.size, agreeing + int(pairs.sum())
            if true.dtype.kind == "f":
                error, size = np.abs(numbers - true).max(), np.abs(true).max()
                errors[port] = max(errors.get(port, 0.0), float(error))
                sizes[port] = max(sizes.get(port, 0.0), float(size))
    worst = max((errors[port] / max(sizes[port], 1e-30) for port in errors), default=0.0)
    return Fidelity(compared, refused, decisions, agreeing, worst)


def quality(name: str) -> str:
    """How good the float model is on held-out samples: accuracy, or root mean square error."""
    family = FAMILIES[name]
    x, y = family.load("test")
    if x is y or name == "kmeans":
        return "-"
    batch = len(x)
    graph = load_onnx(path(name), {"batch": batch})
    found = FloatReference(graph).run(dict(load_samples(family.feed(x), graph.inputs)))
    outputs = [found[info.name] for info in graph.outputs]
    if y.dtype.kind == "i":
        first = outputs[0]
        labels = first if first.dtype.kind == "i" else first.argmax(axis=-1)
        return f"{np.mean(labels == y):.1%} right"
    error = outputs[0].reshape(batch, -1) - y.reshape(batch, -1)
    return f"RMS {np.sqrt(np.mean(error**2)):.3g}"
