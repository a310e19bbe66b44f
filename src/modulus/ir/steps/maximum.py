"""Maximum: the largest of up to four values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, whole
from modulus.relations.form import Form
from modulus.relations.system import Pointwise, Product


@dataclass(frozen=True, slots=True)
class Maximum:
    """The product of output - source is zero, and every output - source is in [0, 2^bits).

    The output equals a source, so the sources' ranges bound it.
    """

    label: str
    shape: tuple[int, ...]
    sources: tuple[Form, ...]
    output: int
    bits: int

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Take the maximum."""
        values = [evaluate(source, self.shape, arrays) for source in self.sources]
        arrays[self.output] = np.maximum.reduce(values)

    def declare(self, to: Declaration) -> None:
        """Declare the product and the ranges of the differences."""
        output = whole(self.output, self.shape)
        differences = tuple(output.minus(source) for source in self.sources)
        to.system.pointwise.append(Pointwise(self.label, self.shape, (Product(1, differences),)))
        for number, difference in enumerate(differences):
            to.in_range(f"{self.label}.above.{number}", self.shape, difference, self.bits)
