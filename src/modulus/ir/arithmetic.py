"""Exact integer arithmetic on arrays, as fast as the magnitudes allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modulus.errors import QuantizationError, WitnessError
from modulus.ir.evaluate import Integers

FLOAT_LIMIT = 1 << 53
"""Float64 holds every integer up to here, so sums that stay below it are exact in any order."""
INTEGER_LIMIT = 1 << 62


def magnitude(array: Integers) -> int:
    """Return the largest absolute value."""
    if array.size == 0:
        return 0
    return max(abs(int(array.min())), abs(int(array.max())))


def matmul(left: Integers, right: Integers, where: str) -> Integers:
    """Return left @ right exactly, over leading batch axes.

    Raises:
        QuantizationError: The result may not fit 62 bits.
    """
    depth = left.shape[-1]
    a, b = magnitude(left), magnitude(right)
    bound = a * b * depth
    if bound < FLOAT_LIMIT:
        product = left.astype(np.float64) @ right.astype(np.float64)
        return product.astype(np.int64)
    if bound >= INTEGER_LIMIT:
        raise QuantizationError(
            f"{where}: a sum of {depth} products may reach {bound}, beyond 62 bits",
            hint="use fewer activation or weight bits",
        )
    if a < b:
        return np.swapaxes(
            matmul(np.swapaxes(right, -1, -2), np.swapaxes(left, -1, -2), where), -1, -2
        )
    half = a.bit_length() // 2
    high = left >> half
    low = left - (high << half)
    return (matmul(high, right, where) << half) + matmul(low, right, where)


def sum_of_products(
    products: Sequence[Sequence[Integers]], shape: tuple[int, ...]
) -> NDArray[np.int64] | NDArray[np.object_]:
    """Return the sum of the products of broadcastable arrays, exactly.

    The result has Python integers where 62 bits might not do.
    """
    bound = 0
    for factors in products:
        size = 1
        for factor in factors:
            size *= magnitude(factor)
        bound += size
    kind: Any = np.int64 if bound < INTEGER_LIMIT else np.object_
    total: NDArray[Any] = np.zeros(shape, dtype=kind)
    for factors in products:
        product: NDArray[Any] = factors[0].astype(kind)
        for factor in factors[1:]:
            product = product * factor.astype(kind)
        total = total + product
    return total


def check_range(
    array: NDArray[np.int64] | NDArray[np.object_],
    low: int,
    high: int,
    where: str,
    scale: float,
    *,
    public: bool = False,
) -> None:
    """Refuse an array that leaves its range.

    Raises:
        WitnessError: Names the layer, the position and the range, and the value if it is public:
            one that depends on weights or private inputs stays out of messages and logs.
    """
    wrong = (array < low) | (array > high)
    if not wrong.any():
        return
    position = tuple(int(i) for i in np.argwhere(wrong)[0])
    value = f" {array[position]} ({array[position] * scale:.6g})" if public else ""
    raise WitnessError(
        f"{where}: the value{value} at position {position} is outside "
        f"[{low}, {high}] ({low * scale:.6g} to {high * scale:.6g}); "
        f"{int(wrong.sum())} of {array.size} entries are",
        hint="calibrate with samples like this one, or compile with a larger margin",
    )
