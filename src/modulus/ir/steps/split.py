"""Split: the positive and the negative part of a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modulus.ir.arithmetic import check_range
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, View, whole
from modulus.relations.system import Pointwise, Product


@dataclass(frozen=True, slots=True)
class Split:
    """source = positive - negative, positive * negative = 0, both in [0, 2^bits).

    Both parts are determined: of two non-negative numbers whose product is zero, one is zero.
    """

    label: str
    source: View
    positive: int
    negative: int
    bits: int
    scale: float

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Split."""
        source = evaluate(self.source.form, self.source.physical, arrays)
        limit = (1 << self.bits) - 1
        check_range(source, -limit, limit, self.label, self.scale)
        arrays[self.positive] = np.maximum(source, 0)
        arrays[self.negative] = np.maximum(-source, 0)

    def declare(self, to: Declaration) -> None:
        """Declare the sum, the product and both ranges."""
        shape = self.source.physical
        declare_parts(to, self.label, shape, (self.positive, self.negative), self.bits)
        positive, negative = whole(self.positive, shape), whole(self.negative, shape)
        difference = positive.minus(negative).minus(self.source.form)
        to.system.pointwise.append(
            Pointwise(f"{self.label}.split", shape, (Product(1, (difference,)),))
        )


def declare_parts(
    to: Declaration, label: str, shape: tuple[int, ...], parts: tuple[int, int], bits: int
) -> None:
    """Declare that two tensors are in [0, 2^bits) and that one of them is zero at every index."""
    positive, negative = (whole(part, shape) for part in parts)
    to.system.pointwise.append(
        Pointwise(f"{label}.exclusive", shape, (Product(1, (positive, negative)),))
    )
    to.in_range(f"{label}.positive", shape, positive, bits)
    to.in_range(f"{label}.negative", shape, negative, bits)
