"""Kernels of support vector machines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._expansion import Expansion

KERNELS = ("LINEAR", "POLY", "RBF", "SIGMOID")


def check_kernel(kind: str) -> None:
    """Refuse an unknown kernel.

    Raises:
        UnsupportedOperatorError: Lists the known ones.
    """
    if kind not in KERNELS:
        raise UnsupportedOperatorError(
            f"attribute kernel_type={kind!r} is none of {', '.join(KERNELS)}"
        )


def add_kernel(
    to: Expansion, x: str, vectors: NDArray[np.float32], kind: str, params: Sequence[float]
) -> str:
    """The kernel of every sample with every support vector: [n, vectors].

    Raises:
        ShapeError: The parameters are not gamma, coef0 and degree.
    """
    product = to.add("MatMul", x, to.hold(np.ascontiguousarray(vectors.T)))
    if kind == "LINEAR":
        return product
    if len(params) != 3:
        raise ShapeError(f"{len(params)} kernel parameters, expected gamma, coef0 and degree")
    gamma, start, degree = params
    if kind == "RBF":
        # -gamma |x - v|^2 in three parts; that of the sample alone is a product with itself.
        own = to.add("MatMul", to.add("Mul", x, x), to.hold(_column(vectors.shape[1], -gamma)))
        twice = to.add("Mul", product, to.hold(np.array(2 * gamma, np.float32)))
        lengths = -gamma * np.sum(vectors.astype(np.float64) ** 2, axis=1)
        fixed = to.add("Add", twice, to.hold(lengths.astype(np.float32)))
        return to.add("Exp", to.add("Add", fixed, own))
    scaled = to.add("Mul", product, to.hold(np.array(gamma, np.float32)))
    shifted = to.add("Add", scaled, to.hold(np.array(start, np.float32)))
    if kind == "SIGMOID":
        return to.add("Tanh", shifted)
    power = shifted
    # Products are rounded where they matter; a table would have to reach from the least to the
    # largest power.
    if degree in {1, 2, 3, 4}:
        for _ in range(int(degree) - 1):
            power = to.add("Mul", power, shifted)
        return power
    return to.add("Pow", shifted, to.hold(np.array(degree, np.float32)))


def _column(size: int, number: float) -> NDArray[np.float32]:
    return np.full((size, 1), number, np.float32)
