"""The report: integer graph beside float reference, layer by layer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from modulus.ir.graph import Graph, Tap
from modulus.quantize.driver import Run
from modulus.quantize.settings import Settings

NOTABLE_ERROR = 1e-3
"""Mean error relative to a layer's range above which a setting is suggested."""

Reference = Callable[[Run], Mapping[str, NDArray[np.generic]]]


@dataclass(frozen=True, slots=True)
class LayerError:
    """How far the integers of one tensor are from the float model's numbers."""

    tensor: str
    layer: str
    reach: float
    """Largest absolute value of the float model."""
    max_error: float
    mean_error: float
    headroom: float
    """Share of the integer range that no sample used."""

    @property
    def relative(self) -> float:
        """Mean error as a share of the range."""
        return self.mean_error / self.reach if self.reach else self.mean_error


@dataclass(frozen=True, slots=True)
class Report:
    """The comparison over all samples."""

    samples: int
    layers: tuple[LayerError, ...]
    argmax_agreement: dict[str, float]
    """Per output with more than one entry along its last axis, the share of equal argmax."""
    worst: str | None
    """The tensor with the largest mean error relative to its range."""
    suggestion: str | None

    def to_json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(asdict(self), indent=2) + "\n"

    def table(self) -> str:
        """Return the report as text."""
        width = max([len(layer.tensor) for layer in self.layers] + [6])
        lines = [f"{'tensor':<{width}}  {'range':>10}  {'max error':>10}  {'mean':>9}  headroom"]
        lines += [
            f"{layer.tensor:<{width}}  {layer.reach:>10.4g}  {layer.max_error:>10.3g}  "
            f"{layer.relative:>9.2e}  {layer.headroom:>8.0%}"
            for layer in self.layers
        ]
        lines += [
            f"argmax of {name} agrees on {share:.2%} of {self.samples} samples"
            for name, share in self.argmax_agreement.items()
        ]
        if self.worst is not None:
            lines.append(f"largest mean error relative to its range: {self.worst}")
        if self.suggestion is not None:
            lines.append(f"suggestion: {self.suggestion}")
        return "\n".join(lines)


@dataclass(slots=True)
class _Sums:
    reach: float = 0.0
    largest: float = 0.0
    total: float = 0.0
    count: int = 0
    used: float = 0.0

    def add(self, real: NDArray[np.float64], integers: NDArray[np.int64], tap: Tap) -> None:
        error = np.abs(real - integers * tap.value.scale)
        self.reach = max(self.reach, float(np.abs(real).max(initial=0.0)))
        self.largest = max(self.largest, float(error.max(initial=0.0)))
        self.total += float(error.sum())
        self.count += error.size
        room = max(-tap.value.low, tap.value.high)
        if room:
            self.used = max(self.used, int(np.abs(integers).max(initial=0)) / room)


def compare(graph: Graph, runs: Iterable[Run], reference: Reference, settings: Settings) -> Report:
    """Execute integers and floats on the same inputs.

    Args:
        graph: The integer graph.
        runs: Real inputs by name, one mapping per run.
        reference: Runs the float model and returns its tensors by name.
        settings: What the graph was built with, for the suggestion.

    Raises:
        WitnessError: A run does not fit the integer ranges.
    """
    taps = {tap.name: tap for tap in graph.taps}
    taps |= {port.name: Tap(port.name, "output", port.value) for port in graph.outputs}
    sums = {name: _Sums() for name in taps}
    agreed: dict[str, list[float]] = {}
    count = 0
    for run in runs:
        count += 1
        trace = graph.execute(graph.quantize_inputs(run))
        tensors = reference(run)
        for name, tap in taps.items():
            if name in tensors:
                real = np.asarray(tensors[name], dtype=np.float64).reshape(tap.value.shape)
                sums[name].add(real, trace.value(tap.value), tap)
        for port in graph.outputs:
            if port.name in tensors and port.value.shape and port.value.shape[-1] > 1:
                floats = np.asarray(tensors[port.name]).reshape(port.value.shape)
                equal = floats.argmax(-1) == trace.value(port.value).argmax(-1)
                agreed.setdefault(port.name, []).append(float(np.mean(equal)))
    layers = tuple(_layer(tap, sums[name]) for name, tap in taps.items() if sums[name].count)
    worst = max(layers, key=lambda layer: layer.relative, default=None)
    return Report(
        samples=count,
        layers=layers,
        argmax_agreement={name: float(np.mean(shares)) for name, shares in agreed.items()},
        worst=None if worst is None else worst.tensor,
        suggestion=None if worst is None else _suggestion(worst, settings),
    )


def _layer(tap: Tap, sums: _Sums) -> LayerError:
    mean = sums.total / sums.count
    return LayerError(tap.name, tap.layer, sums.reach, sums.largest, mean, 1.0 - sums.used)


def _suggestion(worst: LayerError, settings: Settings) -> str | None:
    if worst.relative <= NOTABLE_ERROR:
        return None
    if worst.headroom > 0.9 and settings.margin > 1.1:
        return f"{worst.tensor} uses a tenth of its range: lower the margin ({settings.margin})"
    if settings.weight_bits < 16 and settings.weight_bits <= settings.activation_bits - 2:
        return (
            f"{worst.tensor} is rounded coarsely: raise weight_bits to {settings.weight_bits + 2}"
        )
    if settings.activation_bits < 20:
        bits = min(20, settings.activation_bits + 2)
        return f"{worst.tensor} is rounded coarsely: raise activation_bits to {bits}"
    return f"{worst.tensor} loses {worst.relative:.1%} of its range at the widest settings"
