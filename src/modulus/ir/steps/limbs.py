"""Limbs: the parts of a number whose range is checked in a table that is smaller than the range."""

from __future__ import annotations

from dataclasses import dataclass

from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, fill_limbs, limb_widths
from modulus.relations.form import Form


@dataclass(frozen=True, slots=True)
class Limbs:
    """The limbs, lowest first, of a form in [0, 2^bits) whose range another step declares."""

    label: str
    range: int
    """Number of the range in order of declaration."""
    shape: tuple[int, ...]
    form: Form
    bits: int
    tensors: tuple[int, ...]

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Cut the number up."""
        widths = limb_widths(self.bits, len(self.tensors))
        fill_limbs(arrays, self.tensors, widths, evaluate(self.form, self.shape, arrays))

    def declare(self, to: Declaration) -> None:
        """Declare nothing: `Declaration.in_range` does, for its own form and these tensors."""
