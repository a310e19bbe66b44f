"""Copy: a committed copy of a view, so that it can be public."""

from __future__ import annotations

from dataclasses import dataclass

from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, View, whole
from modulus.relations.system import Pointwise, Product


@dataclass(frozen=True, slots=True)
class Copy:
    """output = source, entry by entry.

    The copy needs no range of its own: it equals what its source's ranges bound.
    """

    label: str
    source: View
    output: int

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Copy."""
        arrays[self.output] = evaluate(self.source.form, self.source.physical, arrays)

    def declare(self, to: Declaration) -> None:
        """Declare output - source = 0."""
        shape = self.source.physical
        difference = whole(self.output, shape).minus(self.source.form)
        to.system.pointwise.append(Pointwise(self.label, shape, (Product(1, (difference,)),)))
