"""How far an operator's result may lie from the real one, as data: tests and documents read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """The largest error of an operator, given inputs that are multiples of their scales.

    The parts add up. What the rounding of the inputs themselves contributes is not part of it: that
    is the operator's slope times half a scale of each input.
    """

    units: float = 0.0
    """Scales of the output: one is its calibrated range, margin included, over 2^(bits - 1)."""
    inputs: float = 0.0
    """Steps of the largest input in absolute value: one is that over 2^(bits - 1)."""
    weights: bool = False
    """Whether each product with a constant adds half a unit of the constant's channel, its largest
    weight over 2^(weight bits - 1) - 1, times the largest input."""
    per: str = ""
    """What `units` and `inputs` are counted per, such as a step of a recurrence; once if empty."""

    def limit(
        self, unit: float, largest: float, bits: int, *, count: int = 1, weights: float = 0.0
    ) -> float:
        """Return the bound as a real number.

        Args:
            unit: Scale of the output.
            largest: Largest input in absolute value.
            bits: Activation bits.
            count: How many there are of what `per` names.
            weights: Half a weight's unit times the number of products in one output.
        """
        times = count if self.per else 1
        rounded = times * (self.units * unit + self.inputs * largest * 2.0 ** (1 - bits))
        return rounded + (weights * largest if self.weights else 0.0)

    def __str__(self) -> str:
        parts = []
        if self.units:
            parts.append(f"{self.units:g} units of y")
        if self.inputs:
            parts.append(f"{self.inputs:g} steps of the largest input")
        text = " plus ".join(parts)
        if self.per:
            text += f" per {self.per}"
        if self.weights:
            text += " plus half a unit of the weights times the largest input per product"
        return text or "exact"


EXACT = Bound()
"""The result is that of the real operator on the same numbers."""
