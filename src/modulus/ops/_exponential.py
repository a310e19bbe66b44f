"""Exponentials of what lies below a maximum, and logarithms of their sums."""

from __future__ import annotations

import math

from modulus.ops._builder import Builder, Operand
from modulus.relations.function import Number, Real, exp, log

_BELOW_ONE = 0.99
"""What the root of a total of one, rounded down, is not below."""


def exponentials(build: Builder, below: Operand) -> Operand:
    """exp(-below) for below >= 0, in (0, 1]: one lookup each.

    Numerics:
        |error| <= 2^-17.
    """
    return build.function(below, "exp.minus", _falling, (0.0, math.inf))


def logarithm(build: Builder, total: Operand) -> Operand:
    """log(total) for a total of at least one, as twice the logarithm of its root.

    The root has as many bits as the total may need, and half its relative range.

    Numerics:
        |error| <= (sqrt(n) + 1) * 2^-15 for totals up to n.
    """
    # A table down to zero would be as coarse as its logarithms there are large.
    root = build.function(build.sqrt(total), "log.one", log, (_BELOW_ONE, math.inf))
    return build.scale_by(root, 2.0)


def _falling(x: Number) -> Real:
    return exp(-x)
