"""Searching the cheapest settings that meet a tolerance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from modulus.accuracy.cost import price
from modulus.accuracy.tolerance import Tolerance
from modulus.accuracy.workload import Measured, Workload
from modulus.errors import QuantizationError
from modulus.keys import plan
from modulus.progress import ProgressCallback, silent
from modulus.quantize import Report, Settings
from modulus.schedule.cost import schedule_costs

ACTIVATION_BITS = range(8, 21)
WIDEST_WEIGHTS = 16


@dataclass(frozen=True, slots=True)
class Trial:
    """Settings that were measured, cheapest first."""

    activation_bits: int
    weight_bits: int
    prove_seconds: float
    error: float
    """Largest error of a real output as a share of its range."""
    agreement: float | None
    met: bool


@dataclass(frozen=True)
class Search:
    """What was chosen, and what was tried before it."""

    chosen: Measured
    trials: tuple[Trial, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    settings: Settings
    seconds: float


def widths(start: Settings, *, weight_bits: int | None = None) -> list[Settings]:
    """Return the settings that differ from others in their widths alone.

    Args:
        start: Margin, percentile and, unless they are fixed, the weights' first width.
        weight_bits: Only this width; otherwise the start's and the widest.
    """
    weights = {start.weight_bits, WIDEST_WEIGHTS} if weight_bits is None else {weight_bits}
    return [
        replace(start, activation_bits=activations, weight_bits=width)
        for activations in ACTIVATION_BITS
        for width in sorted(weights)
    ]


def search(
    workload: Workload,
    candidates: Sequence[Settings],
    tolerance: Tolerance,
    progress: ProgressCallback = silent,
) -> Search:
    """Return the cheapest settings whose integers are within a tolerance on the samples.

    The price is known without an execution, so all candidates are planned first; then they are
    measured in the order of their price until one meets the tolerance. The width of weights costs
    nothing; of equally cheap settings the narrowest weights come first.

    Raises:
        QuantizationError: None meets it: names the best one and its worst layer.
    """
    priced = _priced(workload, candidates, progress)
    trials: list[Trial] = []
    closest: Measured | None = None
    for number, candidate in enumerate(priced):
        progress(f"measuring {_name(candidate.settings)}", number / len(priced))
        measured = workload.measure(candidate.settings)
        report = measured.report
        tolerance.check(report)
        met = tolerance.met(report)
        trials.append(
            Trial(
                candidate.settings.activation_bits,
                candidate.settings.weight_bits,
                candidate.seconds,
                report.output_error,
                report.agreement,
                met,
            )
        )
        if met:
            return Search(measured, tuple(trials), _reason(trials, len(priced), tolerance))
        if closest is None or _distance(report) < _distance(closest.report):
            closest = measured
    raise unmet(tolerance, closest)


def unmet(tolerance: Tolerance, closest: Measured | None) -> QuantizationError:
    """Return the error that says how close the best settings come, and which layer is worst."""
    if closest is None:
        return QuantizationError(
            "the model fits no settings at all",
            hint="compile with --activation-bits 16 to see why",
        )
    report, settings = closest.report, closest.calibration.settings
    best = f"the closest, {_name(settings)}, has error {report.output_error:.2g}"
    if report.agreement is not None:
        best += f" and agreement {report.agreement:.2%}"
    if report.refused:
        best += f" and refuses {len(report.refused)} of {report.samples} samples"
    worst = next((layer for layer in report.layers if layer.tensor == report.worst), None)
    if worst is not None:
        best += (
            f"; its worst layer is {worst.layer}, tensor {worst.tensor}, off by "
            f"{worst.relative:.2g} of its range on average"
        )
    return QuantizationError(
        f"no settings meet {tolerance}: {best}",
        hint="allow more, or mend that layer: `modulus calibrate` shows the errors of all layers",
    )


def _priced(
    workload: Workload,
    candidates: Iterable[Settings],
    progress: ProgressCallback,
) -> list[_Candidate]:
    listed = list(candidates)
    found: list[tuple[tuple[tuple[float, int], int], _Candidate]] = []
    for number, settings in enumerate(listed):
        progress(f"planning {_name(settings)}", number / len(listed))
        try:
            _, schedule = plan(workload.build(settings), workload.options.row_bits, on_chain=True)
        except QuantizationError:
            # Too narrow or too wide for this model: another candidate's turn.
            continue
        costs = schedule_costs(schedule)
        seconds = costs.prove_seconds_one_core
        order = (price(seconds, sum(costs.committed_entries.values())), settings.weight_bits)
        found.append((order, _Candidate(settings, seconds)))
    found.sort(key=lambda entry: entry[0])
    return [candidate for _, candidate in found]


def _distance(report: Report) -> tuple[int, float, float]:
    return (len(report.refused), -(report.agreement or 0.0), report.output_error)


def _reason(trials: Sequence[Trial], count: int, tolerance: Tolerance) -> str:
    chosen = trials[-1]
    text = (
        f"{chosen.activation_bits} bits for activations and {chosen.weight_bits} for weights are "
        f"the cheapest of {count} settings with {tolerance}: error {chosen.error:.2g}"
    )
    if chosen.agreement is not None:
        text += f", agreement {chosen.agreement:.2%}"
    if len(trials) > 1:
        missed = [
            f"{trial.activation_bits}/{trial.weight_bits} ({trial.error:.2g})"
            for trial in trials[:-1]
        ]
        text += f"; as cheap or cheaper, but not close enough: {', '.join(missed)}"
    return text


def _name(settings: Settings) -> str:
    return f"{settings.activation_bits} and {settings.weight_bits} bits"
