"""The choice of settings: fixed by hand, searched, or read from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from modulus.accuracy.search import search, widths
from modulus.accuracy.tolerance import Tolerance
from modulus.accuracy.workload import Measured, Workload, build
from modulus.errors import QuantizationError
from modulus.frontend import FloatGraph, Samples
from modulus.ir.graph import Graph
from modulus.options import Options
from modulus.progress import ProgressCallback, silent
from modulus.quantize import Calibration, Settings

AUTO = "auto"


@dataclass(frozen=True)
class Choice:
    """How widths and ranges are found; None leaves a setting at its default.

    Raises:
        QuantizationError: Two of them contradict each other, or one is outside its range.
    """

    activation_bits: int | str | None = None
    """8 to 20, or "auto": the cheapest that meets the tolerance."""
    weight_bits: int | None = None
    margin: float | None = None
    percentile: float | None = None
    tolerance: float | None = None
    agreement: float | None = None
    calibration: Calibration | None = None
    """Take everything from here, measure nothing."""

    def __post_init__(self) -> None:
        if self.calibration is not None:
            given = [name for name, value in self._given().items() if value is not None]
            if given:
                raise QuantizationError(
                    f"the settings file decides {', '.join(given)} already",
                    hint="leave it out, or calibrate anew",
                )
        elif not self.searched and (self.tolerance is not None or self.agreement is not None):
            raise QuantizationError(
                "a tolerance is for a search of settings",
                hint='pass activation_bits="auto" (--activation-bits auto)',
            )
        if isinstance(self.activation_bits, str) and not self.searched:
            raise QuantizationError(
                f'activation_bits must be 8 to 20 or "auto", got {self.activation_bits!r}'
            )
        self.start()

    @property
    def searched(self) -> bool:
        """Whether widths are to be searched."""
        return self.activation_bits == AUTO

    def start(self) -> Settings:
        """Return the settings that are fixed, with defaults for the others."""
        if self.calibration is not None:
            return self.calibration.settings
        names = ("activation_bits", "weight_bits", "margin", "percentile")
        given = {name: value for name, value in self._given().items() if name in names}
        fixed = {k: v for k, v in given.items() if v is not None and v != AUTO}
        return Settings(**fixed)

    def apply(
        self,
        graph: FloatGraph,
        samples: Samples | None,
        options: Options,
        progress: ProgressCallback = silent,
    ) -> Chosen:
        """Build the integer graph, and compare it with the float model on the samples.

        Args:
            graph: The model.
            samples: Typical inputs; only a calibration does without.
            options: What the model was read with, and who sees inputs and outputs.
            progress: Called as a search goes on.

        Raises:
            QuantizationError: Numbers do not fit the settings, or none meets the tolerance.
            WitnessError: A sample does not fit the calibration.
        """
        if self.calibration is not None:
            return _reproduced(self.calibration, graph, samples, options)
        if samples is None:
            raise QuantizationError("settings are measured on samples", hint="pass typical inputs")
        workload = Workload(graph, samples, options)
        if not self.searched:
            return _measured(workload.measure(self.start()))
        tolerance = Tolerance.of(self.tolerance, self.agreement)
        candidates = widths(self.start(), weight_bits=self.weight_bits)
        found = search(workload, candidates, tolerance, progress)
        trials = [asdict(trial) for trial in found.trials]
        held = {"tolerance": asdict(tolerance), "reason": found.reason, "trials": trials}
        return _measured(found.chosen, {"search": held})

    def _given(self) -> dict[str, Any]:
        return {
            name: getattr(self, name) for name in self.__dataclass_fields__ if name != "calibration"
        }


@dataclass(frozen=True)
class Chosen:
    """An integer graph, what reproduces it, and what the report says about it."""

    graph: Graph
    calibration: Calibration
    report: dict[str, Any]


def _measured(measured: Measured, more: Mapping[str, Any] | None = None) -> Chosen:
    report = {
        "settings": asdict(measured.calibration.settings),
        "accuracy": asdict(measured.report),
        **(more or {}),
    }
    return Chosen(measured.graph, measured.calibration, report)


def _reproduced(
    calibration: Calibration, graph: FloatGraph, samples: Samples | None, options: Options
) -> Chosen:
    built = build(graph, calibration, options.ports())
    report: dict[str, Any] = {"settings": asdict(calibration.settings)}
    if samples is not None:
        compared = Workload(graph, samples, options).compare(built, calibration.settings)
        report["accuracy"] = asdict(compared)
    return Chosen(built, calibration, report)
