"""Compare: one bit that says whether a value is at least zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modulus.ir.arithmetic import check_range
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, whole
from modulus.ir.steps.digits import Bounded
from modulus.relations.form import Form, constant
from modulus.relations.system import Pointwise, Product


@dataclass(frozen=True, slots=True)
class Compare:
    """bit in {0, 1} and 0 <= source + 2^k - 2^k * bit < 2^k, so bit = [source >= 0].

    The two values of the bit belong to disjoint intervals of the source, whatever the source is.
    """

    label: str
    shape: tuple[int, ...]
    source: Form
    bit: int
    rest: Bounded
    scale: float

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Compare."""
        source = evaluate(self.source, self.shape, arrays)
        limit = 1 << self.rest.bits
        check_range(source, -limit, limit - 1, f"{self.label}: comparison", self.scale)
        bit = (source >= 0).astype(np.int64)
        arrays[self.bit] = bit
        self.rest.fill(arrays, source + limit * (1 - bit))

    def declare(self, to: Declaration) -> None:
        """Declare the choice of the bit and the range of the rest."""
        bit = whole(self.bit, self.shape)
        choice = Product(1, (bit, bit.minus(constant(1))))
        to.system.pointwise.append(Pointwise(f"{self.label}.bit", self.shape, (choice,)))
        limit = 1 << self.rest.bits
        rest = self.source.plus(constant(limit)).minus(bit.scaled(limit))
        self.rest.declare(to, f"{self.label}.compare", self.shape, rest)
