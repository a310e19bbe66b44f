"""Scaler: an offset and a factor per feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._classes import add_features
from modulus.ops._expansion import Expanded, Expansion, needed, reshape


@dataclass(frozen=True)
class Scaler(Expanded):
    """(x - offset) * scale, per feature or for all.

    Shape:
        x: [n, features] -> y: [n, features].

    Numerics:
        |error| <= one unit of y.

    Source:
        ONNX operator Scaler of ai.onnx.ml, version 1.
    """

    onnx_name: ClassVar[str] = "Scaler"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=1)

    offset: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """One multiplication and one addition, which is one rounding."""
        x = needed(self, inputs, 0)
        columns = to.shape(x)[-1] if to.shape(x) else 1
        if not {len(self.scale), len(self.offset)} <= {0, 1, columns}:
            raise ShapeError(
                f"Scaler: {len(self.scale)} scales and {len(self.offset)} offsets for {columns} "
                "columns"
            )
        shape = to.shape(x)
        x = add_features(to, x)
        scale = np.array(self.scale or (1.0,), np.float64)
        offset = np.array(self.offset or (0.0,), np.float64)
        scaled = to.add("Mul", x, to.hold(scale.astype(np.float32)))
        y = to.add("Add", scaled, to.hold((-offset * scale).astype(np.float32)))
        return (y if len(shape) == 2 else reshape(to, y, shape),)
