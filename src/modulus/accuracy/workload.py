"""A workload: a float model with the samples on which every setting is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from modulus.errors import QuantizationError
from modulus.frontend import FloatGraph, FloatReference, Samples, batches, calibrate, load_samples
from modulus.ir.graph import Graph
from modulus.ir.ports import Ports
from modulus.options import Options
from modulus.quantize import (
    Calibration,
    Report,
    Settings,
    column_units,
    compare,
    quantize,
    quantize_for,
)

Ranges = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Measured:
    """An integer graph, what reproduces it, and how it compares with the float model."""

    graph: Graph
    calibration: Calibration
    report: Report


@dataclass
class Workload:
    """Quantises one model by any settings and compares the result on its samples."""

    graph: FloatGraph
    source: Samples
    options: Options = field(default_factory=Options)
    _ranges: dict[float | None, Ranges] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._samples = load_samples(self.source, self.graph.inputs)
        self._runs = list(batches(self._samples, self.graph.inputs))
        self._reference = FloatReference(self.graph)

    def build(self, settings: Settings) -> Graph:
        """Build the integer graph, whether or not the samples fit it.

        Raises:
            QuantizationError: Numbers do not fit the settings.
            ShapeError: Operands do not fit an operator.
        """
        return build(self.graph, self._calibration(settings), self.options.ports())

    def measure(self, settings: Settings) -> Measured:
        """Build the integer graph and compare it with the float model on all samples.

        Without a percentile the margin grows until every sample fits. With one, samples that leave
        the ranges are meant to be refused.

        Raises:
            QuantizationError: Numbers do not fit the settings.
            ShapeError: Operands do not fit an operator.
        """
        if settings.percentile is None:
            graph, settings = quantize_for(
                self.graph,
                self._ranges_at(None),
                self._runs,
                settings,
                self.options.ports(),
            )
        else:
            graph = self.build(settings)
        return Measured(graph, self._calibration(settings), self.compare(graph, settings))

    def compare(self, graph: Graph, settings: Settings) -> Report:
        """Compare an integer graph with the float model on all samples.

        Raises:
            WitnessError: A sample does not fit, although no percentile was asked for.
            QuantizationError: No sample fits.
        """
        return compare(graph, self._runs, self._reference.run, settings)

    def _calibration(self, settings: Settings) -> Calibration:
        ranges = self._ranges_at(settings.percentile)
        dimensions = self.options.dimensions or {}
        columns = column_units(self.graph, self._runs, settings)
        return Calibration(settings, ranges, dimensions, self.options.fixed_inputs, columns)

    def _ranges_at(self, percentile: float | None) -> Ranges:
        if percentile not in self._ranges:
            self._ranges[percentile] = calibrate(self.graph, self._samples, percentile=percentile)
        return self._ranges[percentile]


def build(graph: FloatGraph, calibration: Calibration, ports: Ports) -> Graph:
    """Build the integer graph that a calibration stands for.

    Raises:
        QuantizationError: The calibration is another model's, or numbers do not fit.
    """
    missing = [info.name for info in graph.inputs if info.name not in calibration.ranges]
    if missing:
        raise QuantizationError(
            f"the settings hold no range for input {', '.join(missing)}",
            hint="they belong to another model: calibrate this one",
        )
    return quantize(
        graph,
        calibration.ranges,
        calibration.settings,
        ports,
        columns=calibration.columns,
    )
