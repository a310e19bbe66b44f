"""The report: integer graph beside float reference, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ArtifactError, QuantizationError, WitnessError
from modulus.ir.graph import Graph, Tap
from modulus.quantize.agreement import Agreement
from modulus.quantize.driver import Run
from modulus.quantize.findings import (
    Finding,
    LayerError,
    Refusal,
    find,
    outlier_bits,
    rounded_tensors,
)
from modulus.quantize.settings import Settings

WORD_BITS = 64

Reference = Callable[[Run], Mapping[str, NDArray[np.generic]]]


@dataclass(frozen=True, slots=True)
class Report:
    """The comparison over all samples."""

    samples: int
    layers: tuple[LayerError, ...]
    argmax_agreement: dict[str, float]
    """Per output with more than one entry along its last axis, the share of equal argmax."""
    sign_agreement: dict[str, float]
    """Per other real output that takes both signs, the share of equal ones."""
    label_agreement: dict[str, float]
    """Per output of integers or truth values, the share of equal entries."""
    outputs: tuple[str, ...]
    """The outputs that are real numbers."""
    worst: str | None
    """The tensor with the largest mean error relative to its range."""
    refused: tuple[Refusal, ...]
    """Samples that leave a range; the numbers above are about the others."""
    findings: tuple[Finding, ...]

    @classmethod
    def from_stored(cls, held: Mapping[str, Any]) -> Self:
        """Read a report back from what `asdict` and JSON make of it.

        Raises:
            ArtifactError: It is none, or one of another version.
        """
        kinds = {"layers": LayerError, "refused": Refusal, "findings": Finding}
        try:
            lists = {name: tuple(kind(**e) for e in held[name]) for name, kind in kinds.items()}
            return cls(**{**held, **lists, "outputs": tuple(held["outputs"])})
        except (TypeError, KeyError) as error:
            raise ArtifactError(
                f"the report is of another version: {error}", hint="compile the model again"
            ) from error

    @property
    def output_error(self) -> float:
        """The largest error of an output.

        Of real numbers: of any entry, as a share of the output's largest absolute value. Of
        integers and truth values: the share of entries that differ.
        """
        errors = [layer.largest_relative for layer in self.layers if layer.tensor in self.outputs]
        errors += [1.0 - share for share in self.label_agreement.values()]
        return max(errors, default=0.0)

    @property
    def agreement(self) -> float | None:
        """The least share of samples on which an output decides like the float model."""
        kinds = (self.argmax_agreement, self.sign_agreement, self.label_agreement)
        return min((share for held in kinds for share in held.values()), default=None)

    @property
    def integers(self) -> str | None:
        """How a model that computes with integers fared: they are the same or neighbours."""
        layers = [layer for layer in self.layers if layer.differing is not None]
        entries = sum(layer.entries for layer in layers)
        differing = sum(layer.differing or 0 for layer in layers)
        if not layers:
            return None
        if not differing:
            return f"all {entries} integers of the model are equal"
        most = max(layer.max_error for layer in layers)
        return f"{differing} of {entries} integers of the model differ, by at most {most:.0f}"

    def table(self) -> str:
        """Return the report as text."""
        width = max([len(layer.tensor) for layer in self.layers] + [6])
        lines = [f"{'tensor':<{width}}  {'range':>10}  {'max error':>10}  {'mean':>9}  headroom"]
        lines += [
            f"{layer.tensor:<{width}}  {layer.reach:>10.4g}  {layer.max_error:>10.3g}  "
            f"{layer.relative:>9.2e}  {layer.headroom:>8.0%}"
            for layer in self.layers
        ]
        for what, held in (("argmax", self.argmax_agreement), ("sign", self.sign_agreement)):
            lines += [
                f"{what} of {name} agrees on {share:.2%} of {self.samples} samples"
                for name, share in held.items()
            ]
        lines += [
            f"{name} is equal in {share:.2%} of its entries"
            for name, share in self.label_agreement.items()
        ]
        if self.integers is not None:
            lines.append(self.integers)
        if self.worst is not None:
            lines.append(f"largest mean error relative to its range: {self.worst}")
        lines += [f"finding: {finding}" for finding in self.findings]
        return "\n".join(lines)


@dataclass(slots=True)
class _Sums:
    reach: float = 0.0
    largest: float = 0.0
    total: float = 0.0
    count: int = 0
    used: float = 0.0
    differing: int | None = None
    lengths: NDArray[np.int64] = field(default_factory=lambda: np.zeros(WORD_BITS, np.int64))
    """Entries by the bit length of their absolute value."""

    def add(self, found: NDArray[np.generic], integers: NDArray[np.int64], tap: Tap) -> None:
        real = np.asarray(found, dtype=np.float64).reshape(tap.value.shape)
        error = np.abs(real - integers * tap.value.scale)
        if found.dtype.kind in "iu":
            self.differing = (self.differing or 0) + int(np.count_nonzero(error))
        self.reach = max(self.reach, float(np.abs(real).max(initial=0.0)))
        self.largest = max(self.largest, float(error.max(initial=0.0)))
        self.total += float(error.sum())
        self.count += error.size
        room = max(-tap.value.low, tap.value.high)
        sizes = np.abs(integers)
        if room:
            self.used = max(self.used, int(sizes.max(initial=0)) / room)
        lengths = np.frexp(sizes.astype(np.float64))[1].reshape(-1)
        self.lengths += np.bincount(lengths, minlength=WORD_BITS)


def compare(graph: Graph, runs: Iterable[Run], reference: Reference, settings: Settings) -> Report:
    """Execute integers and floats on the same inputs.

    Args:
        graph: The integer graph.
        runs: Real inputs by name, one mapping per run.
        reference: Runs the float model and returns its tensors by name.
        settings: What the graph was built with. With a percentile, samples outside the ranges are
            meant to be refused: they are counted and left out.

    Raises:
        WitnessError: A run does not fit the integer ranges although no percentile was asked for.
        QuantizationError: No run fits.
    """
    taps = {tap.name: tap for tap in graph.taps}
    taps |= {port.name: Tap(port.name, "output", port.value) for port in graph.outputs}
    sums = {name: _Sums() for name in taps}
    agreement = Agreement()
    refused: list[Refusal] = []
    count = 0
    for run in runs:
        count += 1
        try:
            trace = graph.execute(graph.quantize_inputs(run))
        except WitnessError as error:
            if settings.percentile is None:
                raise
            refused.append(Refusal(count - 1, error.message))
            continue
        tensors = reference(run)
        for name, tap in taps.items():
            if name in tensors:
                sums[name].add(np.asarray(tensors[name]), trace.value(tap.value), tap)
        for port in graph.outputs:
            if port.name in tensors:
                found = np.asarray(tensors[port.name]).reshape(port.value.shape)
                agreement.add(port.name, found, trace.value(port.value), port.value.scale)
    if refused and len(refused) == count:
        raise QuantizationError(
            f"none of {count} samples fits its ranges at percentile {settings.percentile}: "
            f"{refused[0].reason}",
            hint="raise the percentile or the margin",
        )
    layers = tuple(_layer(tap, sums[name]) for name, tap in taps.items() if sums[name].count)
    worst = max(layers, key=lambda layer: layer.relative, default=None)
    rounded = rounded_tensors(graph)
    calibrated = {name for name, tap in taps.items() if tap.value.stored in rounded}
    return Report(
        samples=count,
        layers=layers,
        argmax_agreement=agreement.argmax,
        sign_agreement=agreement.signs,
        label_agreement=agreement.labels,
        outputs=tuple(port.name for port in graph.outputs if port.name not in agreement.labels),
        worst=None if worst is None else worst.tensor,
        refused=tuple(refused),
        findings=find(layers, calibrated, refused, count, settings),
    )


def _layer(tap: Tap, sums: _Sums) -> LayerError:
    return LayerError(
        tensor=tap.name,
        layer=tap.layer,
        reach=sums.reach,
        max_error=sums.largest,
        mean_error=sums.total / sums.count,
        headroom=1.0 - sums.used,
        outlier_bits=outlier_bits(sums.lengths),
        entries=sums.count,
        differing=sums.differing,
    )
