"""Scatter: the older name of ScatterElements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops.scatter_elements import ScatterElements


@dataclass(frozen=True)
class Scatter(ScatterElements):
    """x with updates written at constant places along an axis; of two, the last one counts.

    Shape:
        x: [...], indices: [i...], updates: [i...] -> y: shape of x.

    Numerics:
        Exact where x and the updates have one scale, else one rounding of the finer one.

    Source:
        ONNX operator Scatter, opset 9 and 10; ScatterElements takes its place from 11 on.
    """

    onnx_name: ClassVar[str] = "Scatter"
    bound: ClassVar[Bound] = Bound(units=0.5)
