"""Imputer: missing features replaced."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, needed


@dataclass(frozen=True)
class Imputer(Expanded):
    """x with every entry equal to replaced_value replaced by that of its feature.

    Shape:
        x: [n, features] -> y: [n, features].

    Numerics:
        Exact where the replacement has the scale of x, else half a unit. Inputs are never NaN here,
        so that replacing NaN changes nothing.

    Source:
        ONNX operator Imputer of ai.onnx.ml, version 1.
    """

    onnx_name: ClassVar[str] = "Imputer"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=0.5)
    allows_infinity: ClassVar[bool] = True

    imputed_value_floats: tuple[float, ...] = ()
    imputed_value_int64s: tuple[int, ...] = ()
    replaced_value_float: float = math.nan
    replaced_value_int64: int = 0

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Compare, then choose."""
        x = needed(self, inputs, 0)
        kind = to.dtype(x)
        if kind.kind == "f":
            missing: float = self.replaced_value_float
            held = np.array(self.imputed_value_floats, kind)
            if math.isnan(missing):
                return (to.add("Identity", x),)
        else:
            missing = self.replaced_value_int64
            held = np.array(self.imputed_value_int64s, kind)
        if len(to.shape(x)) != 2 or held.size not in {1, to.shape(x)[1]}:
            raise ShapeError(f"Imputer: {held.size} replacements for x of shape {to.shape(x)}")
        same = to.add("Equal", x, to.hold(np.array(missing, kind)))
        return (to.add("Where", same, to.hold(held), x),)
