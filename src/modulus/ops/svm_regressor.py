"""SVMRegressor: a weighted sum of kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._classes import add_features, matrix
from modulus.ops._expansion import Expanded, Expansion, needed
from modulus.ops._kernel_machine import add_kernel, check_kernel


@dataclass(frozen=True)
class SVMRegressor(Expanded):
    """sum of coefficients * kernel(x, support vector) + rho, its sign where one_class is set.

    Shape:
        x: [n, features] -> y: [n, 1].

    Numerics:
        A few units of y plus the sum of |coefficients| times half a unit of the kernel.

    Source:
        ONNX operator SVMRegressor of ai.onnx.ml, version 1.
    """

    onnx_name: ClassVar[str] = "SVMRegressor"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=8, inputs=160, weights=True)

    coefficients: tuple[float, ...] = ()
    kernel_params: tuple[float, ...] = ()
    kernel_type: str = "LINEAR"
    n_supports: int = 0
    one_class: int = 0
    post_transform: str = "NONE"
    rho: tuple[float, ...] = ()
    support_vectors: tuple[float, ...] = ()

    def check(self) -> None:
        """Check the kernel; transforms are not supported."""
        check_kernel(self.kernel_type)
        if self.post_transform != "NONE":
            raise UnsupportedOperatorError(f"attribute post_transform={self.post_transform!r}")

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Kernels, then one product."""
        x = add_features(to, needed(self, inputs, 0))
        if self.n_supports:
            vectors = matrix("SVMRegressor", self.support_vectors, self.n_supports)
            kernels = add_kernel(to, x, vectors, self.kernel_type, self.kernel_params)
            weight = matrix("SVMRegressor", self.coefficients, self.n_supports)
        else:
            # Without support vectors the coefficients are those of the features.
            kernels, weight = x, matrix("SVMRegressor", self.coefficients, len(self.coefficients))
        y = to.add("MatMul", kernels, to.hold(weight[:, :1]))
        y = to.add("Add", y, to.hold(np.array(self.rho[:1] or (0.0,), np.float32)))
        if self.one_class:
            # ONNX Runtime gives 1 above zero and -1 elsewhere.
            bit = to.add("Greater", y, to.hold(np.zeros((), np.float32)))
            ones = [to.hold(np.array(sign, np.float32)) for sign in (1, -1)]
            y = to.add("Where", bit, *ones)
        return (y,)
