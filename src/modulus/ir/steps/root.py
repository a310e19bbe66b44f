"""Root: the integer square root of a multiple of a value."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np

from modulus.errors import WitnessError
from modulus.ir.arithmetic import check_range, sum_of_products
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration
from modulus.ir.steps.digits import Bounded, Digits
from modulus.relations.form import Form
from modulus.relations.system import Pointwise, Product


@dataclass(frozen=True, slots=True)
class Root:
    """multiplier * source = y^2 + r with 0 <= r <= 2 * y, so y is the root, rounded down.

    The squares' intervals [y^2, (y + 1)^2) are disjoint and far below the field's size, so y and r
    are determined whatever field element the left side is.
    """

    label: str
    shape: tuple[int, ...]
    multiplier: Form
    source: Form
    root: Digits
    remainder: Digits
    gap: Bounded
    scale: float

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Take the root exactly."""
        factors = [evaluate(form, self.shape, arrays) for form in (self.multiplier, self.source)]
        total = sum_of_products([factors], self.shape)
        if (total < 0).any():
            raise WitnessError(f"{self.label}: the square root of a negative number")
        flat = [isqrt(int(entry)) for entry in total.reshape(-1)]
        root = np.array(flat, dtype=np.int64).reshape(self.shape)
        check_range(root, 0, (1 << self.root.bits) - 1, f"{self.label}: root", self.scale)
        parts = [int(entry) - y * y for entry, y in zip(total.reshape(-1), flat, strict=True)]
        rest = np.array(parts, dtype=np.int64).reshape(self.shape)
        self.root.fill(arrays, root)
        self.remainder.fill(arrays, rest)
        self.gap.fill(arrays, 2 * root - rest)

    def declare(self, to: Declaration) -> None:
        """Declare the identity and the ranges of root, remainder and gap."""
        shape = self.shape
        root, rest = self.root.form(shape), self.remainder.form(shape)
        identity = (
            Product(1, (self.multiplier, self.source)),
            Product(-1, (root, root)),
            Product(-1, (rest,)),
        )
        to.system.pointwise.append(Pointwise(f"{self.label}.root", shape, identity))
        self.root.declare(to, f"{self.label}.root", shape)
        self.remainder.declare(to, f"{self.label}.remainder", shape)
        self.gap.declare(to, f"{self.label}.gap", shape, root.scaled(2).minus(rest))
