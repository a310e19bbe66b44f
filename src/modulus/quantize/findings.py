"""Findings: what a comparison with the float model shows to be wrong, where, and the remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modulus.ir.graph import Graph
from modulus.ir.steps import Divide, Requantize
from modulus.quantize.settings import Settings

NOTABLE_ERROR = 1e-3
"""Mean error relative to a layer's range above which it is found to be rounded coarsely."""

RARE_SHARE = 1e-3
"""A range's highest bits are outliers' alone if fewer entries than this share use them."""

OUTLIER_BITS = 3
"""Fewer bits for outliers are what most distributions need."""

SMALL_HEADROOM = 0.05
"""A layer with less of its range left refuses inputs a little larger than the samples."""

MOST_OUTLIERS = 5
"""Only the layers with the most bits for outliers are named."""


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
    outlier_bits: int = 0
    """The highest bits that fewer than a thousandth of the entries use."""
    entries: int = 0
    """How many numbers were compared."""
    differing: int | None = None
    """Of a tensor of integers: how many of them are others."""

    @property
    def relative(self) -> float:
        """Mean error as a share of the range."""
        return self.mean_error / self.reach if self.reach else self.mean_error

    @property
    def largest_relative(self) -> float:
        """Largest error as a share of the range."""
        return self.max_error / self.reach if self.reach else self.max_error


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know about one layer, and what to do about it."""

    layer: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.problem}: {self.remedy}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A sample that leaves a range, so that it cannot be proven."""

    sample: int
    reason: str


def outlier_bits(counts: NDArray[np.int64]) -> int:
    """Return how many of the highest bits belong to outliers.

    Args:
        counts: Entries by the bit length of their absolute value.
    """
    entries = counts[1:]
    total = int(entries.sum())
    if total * RARE_SHARE < 1:
        # Too few entries to call any of them rare.
        return 0
    above = np.cumsum(entries[::-1])
    return int(np.sum((above > 0) & (above < RARE_SHARE * total)))


def rounded_tensors(graph: Graph) -> frozenset[int]:
    """Return the tensors whose range was calibrated: those that an input may leave."""
    return frozenset(
        step.output if isinstance(step, Requantize) else step.quotient
        for step in graph.steps
        if isinstance(step, Requantize | Divide)
    )


def find(
    layers: Sequence[LayerError],
    calibrated: Collection[str],
    refused: Sequence[Refusal],
    samples: int,
    settings: Settings,
) -> tuple[Finding, ...]:
    """Name what is wrong, the most severe first.

    Args:
        layers: The errors by tensor.
        calibrated: Tensors whose range was calibrated.
        refused: Samples that cannot be proven.
        samples: How many there were.
        settings: What the graph was built with.
    """
    return (
        *_refusals(refused, samples),
        *_coarse(layers, settings),
        *_saturated((layer for layer in layers if layer.tensor in calibrated), settings),
        *_outliers(layers),
    )


def _refusals(refused: Sequence[Refusal], samples: int) -> Iterable[Finding]:
    if refused:
        yield Finding(
            "",
            f"{len(refused)} of {samples} samples leave their range and are refused, the first "
            f"(sample {refused[0].sample}) at {refused[0].reason}",
            "raise the percentile or the margin, or calibrate without a percentile",
        )


def _coarse(layers: Sequence[LayerError], settings: Settings) -> Iterable[Finding]:
    worst = max(layers, key=lambda layer: layer.relative, default=None)
    if worst is None or worst.relative <= NOTABLE_ERROR:
        return
    problem = f"{worst.tensor} is off by {worst.relative:.2%} of its range on average"
    if worst.headroom > 0.9 and settings.margin > 1.1:
        problem += f" and uses {1 - worst.headroom:.0%} of it"
        remedy = f"lower the margin, now {settings.margin:g}"
    elif settings.weight_bits < 16 and settings.weight_bits <= settings.activation_bits - 2:
        remedy = f"raise weight_bits to {settings.weight_bits + 2}"
    elif settings.activation_bits < 20:
        remedy = f"raise activation_bits to {min(20, settings.activation_bits + 2)}"
    else:
        remedy = "scale the layer's weights in the model, the settings are the widest there are"
    yield Finding(worst.layer, problem, remedy)


def _saturated(layers: Iterable[LayerError], settings: Settings) -> Iterable[Finding]:
    if settings.percentile is None and settings.margin * (1 - SMALL_HEADROOM) > 1:
        # The margin is headroom: what fills its range all the same cannot leave it.
        return
    for layer in layers:
        if layer.headroom < SMALL_HEADROOM:
            yield Finding(
                layer.layer,
                f"{layer.tensor} saturates: the samples use {1 - layer.headroom:.0%} of its range, "
                "and an input that leaves it is refused",
                f"raise the margin, now {settings.margin:g}, or calibrate with more samples",
            )


def _outliers(layers: Sequence[LayerError]) -> Iterable[Finding]:
    found = [layer for layer in layers if layer.outlier_bits >= OUTLIER_BITS]
    found.sort(key=lambda layer: -layer.outlier_bits)
    for layer in found[:MOST_OUTLIERS]:
        yield Finding(
            layer.layer,
            f"{layer.tensor} has outliers: {layer.outlier_bits} bits of its range serve less than "
            f"{RARE_SHARE:.1%} of its values",
            "clip them in the model, calibrate with a percentile (what leaves the range is then "
            "refused), or give activations as many bits more",
        )
