"""What is asked of a model's inputs and outputs before it is quantised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from modulus.ir.graph import Visibility

Visibilities = Visibility | Mapping[str, Visibility]
"""Who sees the inputs or the outputs: one for all, or by name, where the others are public."""


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """The integers of an input: real value = scale * integer, in two's complement of `bits`."""

    scale: float
    bits: int | None = None
    """As many as the calibrated range needs if none are given."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Who sees inputs and outputs, and which inputs have integers that are given."""

    inputs: Visibilities = Visibility.PUBLIC
    outputs: Visibilities = Visibility.PUBLIC
    fixed: Mapping[str, FixedPoint] = field(default_factory=dict)
    """Inputs whose integers come from elsewhere, such as another model's outputs."""

    def input(self, name: str) -> Visibility:
        """Return who sees an input."""
        return _of(self.inputs, name)

    def output(self, name: str) -> Visibility:
        """Return who sees an output."""
        return _of(self.outputs, name)


def _of(visibilities: Visibilities, name: str) -> Visibility:
    if isinstance(visibilities, Visibility):
        return visibilities
    return visibilities.get(name, Visibility.PUBLIC)
