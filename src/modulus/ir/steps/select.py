"""Select: one of two values, by a bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modulus.errors import WitnessError
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, whole
from modulus.relations.form import Form
from modulus.relations.system import Pointwise, Product


@dataclass(frozen=True, slots=True)
class Select:
    """output = otherwise + condition * (chosen - otherwise), and output is one of the two.

    The first relation determines the output. The second one follows for a condition in {0, 1}; it
    is there because it bounds the output by the ranges of what it was selected from.
    """

    label: str
    shape: tuple[int, ...]
    condition: Form
    chosen: Form
    otherwise: Form
    output: int

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Select."""
        condition = evaluate(self.condition, self.shape, arrays)
        if ((condition != 0) & (condition != 1)).any():
            raise WitnessError(f"{self.label}: a condition is neither 0 nor 1")
        chosen = evaluate(self.chosen, self.shape, arrays)
        otherwise = evaluate(self.otherwise, self.shape, arrays)
        arrays[self.output] = np.where(condition == 1, chosen, otherwise)

    def declare(self, to: Declaration) -> None:
        """Declare the selection and the choice."""
        output = whole(self.output, self.shape)
        difference = self.chosen.minus(self.otherwise)
        selection = (
            Product(1, (output.minus(self.otherwise),)),
            Product(-1, (self.condition, difference)),
        )
        to.system.pointwise.append(Pointwise(f"{self.label}.select", self.shape, selection))
        choice = Product(1, (output.minus(self.chosen), output.minus(self.otherwise)))
        to.system.pointwise.append(Pointwise(f"{self.label}.either", self.shape, (choice,)))
