"""Pow: powers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, ConstantOperand, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator
from modulus.relations.function import power

MOST_EXPONENTS = 8
"""Each costs a power of every entry."""


@dataclass(frozen=True)
class Pow(Operator):
    """a to the power of b, where b is constant, or a is a single constant.

    Shape:
        a: [...], b: [...] -> y: broadcast of both.

    Numerics:
        |error| <= one unit of y, of the coarsest power where exponents differ. Fractional exponents
        want a >= 0, negative ones a != 0, and a constant base must be positive; an execution
        elsewhere is refused.

    Source:
        ONNX operator Pow, opset 7 to 15.
    """

    onnx_name: ClassVar[str] = "Pow"
    bound: ClassVar[Bound] = Bound(units=1)

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Multiply, divide or take the root where that does; else look every value up."""
        a, b = required(self, inputs, 0), required(self, inputs, 1)
        shape = np.broadcast_shapes(a.shape, b.shape)
        if isinstance(b, ConstantOperand):
            raised = _raised_each(build, a, b)
        elif isinstance(a, ConstantOperand):
            base = _single(a)
            if base <= 0:
                raise UnsupportedOperatorError(f"Pow: base {base} is not positive")
            name = f"power.of.{base!r}"
            raised = build.function(b, name, lambda x: power(base, x), None, build.expected)
        else:
            raise UnsupportedOperatorError("Pow: base and exponent both depend on the input")
        return (raised if raised.shape == shape else build.broadcast(raised, shape),)


def _raised(build: Builder, x: Operand, exponent: float) -> Operand:
    if exponent == 0:
        return build.constant(np.ones(x.shape))
    if exponent == 1:
        return x
    if exponent == 2:
        return build.multiply(x, x)
    if exponent == 0.5:
        return build.sqrt(x)
    if exponent < 0:
        # A table would spend its range on what lies next to zero.
        return build.divide(build.constant(np.ones(())), _raised(build, x, -exponent))
    domain = None if exponent == int(exponent) else (0.0, math.inf)
    return build.function(x, f"power.{exponent!r}", lambda a: power(a, exponent), domain)


def _raised_each(build: Builder, x: Operand, exponents: ConstantOperand) -> Operand:
    """A power for every distinct exponent, selected where the exponent is that one."""
    distinct = np.unique(exponents.array)
    if distinct.size > MOST_EXPONENTS:
        raise UnsupportedOperatorError(
            f"Pow: {distinct.size} different exponents; at most {MOST_EXPONENTS} work"
        )
    result = _raised(build, x, float(distinct[0]))
    for exponent in distinct[1:]:
        here = build.constant((exponents.array == exponent).astype(np.float64))
        result = build.select(here, _raised(build, x, float(exponent)), result)
    return result


def _single(x: ConstantOperand) -> float:
    entries = np.unique(x.array)
    if entries.size != 1:
        raise UnsupportedOperatorError(f"Pow: a constant of shape {x.shape} with several numbers")
    return float(entries[0])
