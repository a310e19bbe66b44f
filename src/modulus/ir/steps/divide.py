"""Divide: the quotient of two values, rounded half up or down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modulus.errors import WitnessError
from modulus.ir.arithmetic import check_range, sum_of_products
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, whole
from modulus.ir.steps.digits import Bounded, Digits
from modulus.relations.form import Form, constant
from modulus.relations.system import Pointwise, Product


@dataclass(frozen=True, slots=True)
class Divide:
    """m * product of factors + (m - 1) * D = m * D * q + r with 0 <= r < m * D, D = divisor.

    m is 2 where the quotient is rounded half up, and 1 where it is rounded down. Both r and
    m * D - 1 - r are shown to be non-negative and narrow, which implies that D is at least one and
    an integer of that width; q has a range of its own. So q and r are determined: two quotients
    would differ by a multiple of D that is smaller than D.
    """

    label: str
    shape: tuple[int, ...]
    factors: tuple[Form, ...]
    divisor: Form
    rounded: bool
    quotient: int
    bits: int
    remainder: Digits
    gap: Bounded
    scale: float

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Divide exactly."""
        divisor = evaluate(self.divisor, self.shape, arrays)
        if (divisor < 1).any():
            position = tuple(int(i) for i in np.argwhere(divisor < 1)[0])
            raise WitnessError(
                f"{self.label}: the divisor at position {position} is not positive",
                hint="divisors must not round to zero",
            )
        m = 2 if self.rounded else 1
        check_range(divisor, 1, (1 << self.remainder.bits) // m, f"{self.label}: divisor", 1.0)
        factors = [evaluate(factor, self.shape, arrays) for factor in self.factors]
        two = [np.array(m, dtype=np.int64)]
        total = sum_of_products([[*two, *factors], [two[0] - 1, divisor]], self.shape)
        quotient = total // (m * divisor)
        limit = 1 << (self.bits - 1)
        check_range(quotient, -limit, limit - 1, f"{self.label}: quotient", self.scale)
        rest = (total - quotient * m * divisor).astype(np.int64)
        arrays[self.quotient] = quotient.astype(np.int64)
        self.remainder.fill(arrays, rest)
        self.gap.fill(arrays, m * divisor - 1 - rest)

    def declare(self, to: Declaration) -> None:
        """Declare the identity and the ranges of quotient, remainder and gap."""
        shape, m = self.shape, 2 if self.rounded else 1
        quotient, rest = whole(self.quotient, shape), self.remainder.form(shape)
        identity = (
            Product(m, self.factors),
            Product(-m, (self.divisor, quotient)),
            Product(1, (self.divisor.scaled(m - 1).minus(rest),)),
        )
        to.system.pointwise.append(Pointwise(f"{self.label}.divide", shape, identity))
        to.in_signed_range(f"{self.label}.quotient", shape, quotient, self.bits)
        self.remainder.declare(to, f"{self.label}.remainder", shape)
        gap = self.divisor.scaled(m).minus(constant(1)).minus(rest)
        self.gap.declare(to, f"{self.label}.gap", shape, gap)
