"""Clip: clamping to an interval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required, scalar
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Clip(Operator):
    """min(max(x, low), high).

    Shape:
        x: [...] -> y: [...].

    Numerics:
        |error| <= one unit of y; the bounds are rounded to units of x.

    Source:
        ONNX operator Clip, opset 6 (attributes) and 11 to 13 (inputs).
    """

    onnx_name: ClassVar[str] = "Clip"
    bound: ClassVar[Bound] = Bound(units=2)
    keeps_whole: ClassVar[bool] = True
    static_inputs: ClassVar[Mapping[int, str]] = {1: "min", 2: "max"}
    allows_infinity: ClassVar[bool] = True

    min: float | None = None
    max: float | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Clamp; a bound beyond the range of x costs nothing."""
        low = _bound(scalar(self, inputs, 1), self.min, -1)
        high = _bound(scalar(self, inputs, 2), self.max, 1)
        if low is not None and high is not None and low > high:
            raise UnsupportedOperatorError(f"Clip: the lower bound {low} is above the upper {high}")
        x = required(self, inputs, 0)
        if low is None and high is None:
            return (x,)
        if low == 0 and high is None:
            return (build.relu(x),)
        return (build.clip(x, low, high),)


def _bound(given: float | None, attribute: float | None, side: int) -> float | None:
    """The lower bound (side -1) or the upper one (1), None where all numbers are inside.

    Raises:
        UnsupportedOperatorError: No number is inside.
    """
    bound = attribute if given is None else given
    # Opset 6 writes the largest float where there is no bound.
    if bound is None or bound * side >= 3.4e38:
        return None
    if not math.isfinite(bound):
        raise UnsupportedOperatorError(f"Clip: a bound of {bound} leaves no number")
    return bound
