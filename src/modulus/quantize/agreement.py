"""Agreement: on how many samples the integers decide like the float model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Shares = dict[str, float]
"""Share of decisions that are equal, by output."""


@dataclass(slots=True)
class _Signs:
    shares: list[float] = field(default_factory=list)
    seen: set[bool] = field(default_factory=set)


@dataclass(slots=True)
class Agreement:
    """Collects the decisions of all outputs, run by run."""

    _argmax: dict[str, list[float]] = field(default_factory=dict)
    _labels: dict[str, list[float]] = field(default_factory=dict)
    _signs: dict[str, _Signs] = field(default_factory=dict)

    def add(
        self, name: str, found: NDArray[np.generic], integers: NDArray[np.int64], scale: float
    ) -> None:
        """Compare one output of one run, in its logical shape, by what it decides."""
        if found.dtype.kind != "f":
            equal = found == np.rint(integers * scale)
            self._labels.setdefault(name, []).append(float(np.mean(equal)))
        elif found.shape and found.shape[-1] > 1:
            equal = found.argmax(-1) == integers.argmax(-1)
            self._argmax.setdefault(name, []).append(float(np.mean(equal)))
        else:
            positive = found.astype(np.float64) > 0
            signs = self._signs.setdefault(name, _Signs())
            signs.shares.append(float(np.mean(positive == (integers > 0))))
            signs.seen.update(positive.reshape(-1).tolist())

    @property
    def argmax(self) -> Shares:
        """Of outputs with more than one entry along their last axis, the argmax."""
        return _means(self._argmax.items())

    @property
    def labels(self) -> Shares:
        """Of outputs of integers or truth values, every entry."""
        return _means(self._labels.items())

    @property
    def signs(self) -> Shares:
        """Of single real outputs, the sign, if both occur: otherwise it decides nothing."""
        both = ((name, held.shares) for name, held in self._signs.items() if len(held.seen) == 2)
        return _means(both)


def _means(held: Iterable[tuple[str, list[float]]]) -> Shares:
    return {name: float(np.mean(shares)) for name, shares in held}
