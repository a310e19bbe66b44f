"""LinearRegressor: a linear map of the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import Bound
from modulus.ops._classes import add_features, add_transform, check_transform, matrix
from modulus.ops._expansion import Expanded, Expansion, needed


@dataclass(frozen=True)
class LinearRegressor(Expanded):
    """x W^T + intercepts, then a transform.

    Shape:
        x: [n, features] -> y: [n, targets].

    Numerics:
        As Gemm, then as the transform.

    Source:
        ONNX operator LinearRegressor of ai.onnx.ml, version 1.
    """

    onnx_name: ClassVar[str] = "LinearRegressor"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=2, inputs=16)

    coefficients: tuple[float, ...] = ()
    intercepts: tuple[float, ...] = ()
    post_transform: str = "NONE"
    targets: int = 1

    def check(self) -> None:
        """Check the transform."""
        check_transform(self.post_transform)

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Multiply, add, transform."""
        x = add_features(to, needed(self, inputs, 0))
        weight = matrix("LinearRegressor", self.coefficients, self.targets)
        y = to.add("MatMul", x, to.hold(np.ascontiguousarray(weight.T)))
        if self.intercepts:
            y = to.add("Add", y, to.hold(np.array(self.intercepts, np.float32)))
        return (add_transform(to, y, self.post_transform),)
