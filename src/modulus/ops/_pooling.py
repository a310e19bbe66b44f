"""Pooling by a norm: sums over windows of powers, and the root of them."""

from __future__ import annotations

from collections.abc import Sequence

from modulus.errors import UnsupportedOperatorError
from modulus.ops._builder import Builder, Operand


def check_power(p: int) -> None:
    """Accept sums and Euclidean norms.

    Raises:
        UnsupportedOperatorError: Another power.
    """
    if p not in {1, 2}:
        raise UnsupportedOperatorError(f"attribute p={p}: only 1 and 2 work")


def norm(build: Builder, x: Operand, axes: Sequence[int], p: int, *, keepdims: bool) -> Operand:
    """(sum of |x|^p over axes)^(1/p) for p of 1 or 2."""
    if p == 1:
        return build.sum(build.absolute(x), axes, keepdims=keepdims)
    return build.sqrt(build.sum(build.multiply(x, x), axes, keepdims=keepdims))
