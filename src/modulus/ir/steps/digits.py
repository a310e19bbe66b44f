"""Digits: non-negative integers of any width as limbs that fit one range table."""

from __future__ import annotations

from dataclasses import dataclass

from modulus.ir.evaluate import Integers
from modulus.ir.step import Declaration, fill_limbs, limbs_form, whole
from modulus.relations.form import Form
from modulus.relations.system import Pointwise, Product


@dataclass(frozen=True, slots=True)
class Digits:
    """An integer in [0, 2^(width * limbs)): one tensor per limb of `width` bits, lowest first."""

    limbs: tuple[int, ...]
    width: int

    @property
    def bits(self) -> int:
        """The width of the whole integer."""
        return self.width * len(self.limbs)

    @property
    def _widths(self) -> tuple[int, ...]:
        return (self.width,) * len(self.limbs)

    def fill(self, arrays: dict[int, Integers], value: Integers) -> None:
        """Write the limbs of a value that fits."""
        fill_limbs(arrays, self.limbs, self._widths, value)

    def form(self, shape: tuple[int, ...]) -> Form:
        """Return the integer as a form on its own block."""
        return limbs_form(self.limbs, self._widths, shape)

    def declare(self, to: Declaration, label: str, shape: tuple[int, ...]) -> None:
        """Declare the range of every limb."""
        for position, limb in enumerate(self.limbs):
            to.in_range(f"{label}.{position}", shape, whole(limb, shape), self.width)

    def declare_equal(
        self, to: Declaration, label: str, shape: tuple[int, ...], form: Form
    ) -> None:
        """Declare that a form is this integer, and hence its range."""
        self.declare(to, label, shape)
        difference = form.minus(self.form(shape))
        to.system.pointwise.append(Pointwise(label, shape, (Product(1, (difference,)),)))


@dataclass(frozen=True, slots=True)
class Bounded:
    """A check of 0 <= form < 2^bits: by one lookup, or through digits where it is wide."""

    width: int
    digits: Digits | None

    @property
    def bits(self) -> int:
        """The width that is checked."""
        return self.width if self.digits is None else self.digits.bits

    def fill(self, arrays: dict[int, Integers], value: Integers) -> None:
        """Write the limbs, if any."""
        if self.digits is not None:
            self.digits.fill(arrays, value)

    def declare(self, to: Declaration, label: str, shape: tuple[int, ...], form: Form) -> None:
        """Declare the range."""
        if self.digits is None:
            to.in_range(label, shape, form, self.width)
        else:
            self.digits.declare_equal(to, label, shape, form)
