"""Requantize: round an exact sum to the activation width, with ReLU on request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modulus.ir.arithmetic import check_range, sum_of_products
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, fill_limbs, limb_widths, limbs_form, whole
from modulus.ir.steps.split import declare_parts
from modulus.relations.form import Form
from modulus.relations.system import Pointwise, Product


@dataclass(frozen=True, slots=True)
class RequantizeTerm:
    """multiplier * product of one or two factors."""

    multiplier: Form
    factors: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Requantize:
    """sum of terms + bias = 2^shift * y + r with 0 <= r < 2^shift and y in its range.

    Without `negative` the output is y, in [-2^(bits-1), 2^(bits-1)). With it y = p - n, p * n = 0,
    both in [0, 2^bits), and the output is p, the ReLU of y. Both r and y must be looked up: for any
    r alone the field holds some y.
    """

    label: str
    shape: tuple[int, ...]
    terms: tuple[RequantizeTerm, ...]
    bias: Form
    shift: int
    remainder: tuple[int, ...]
    """One tensor per limb of r, lowest first."""
    output: int
    negative: int | None
    bits: int
    scale: float
    covered: bool
    """Another lookup already implies the output's range."""

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Round half up: the bias holds the half."""
        products = [
            [evaluate(form, self.shape, arrays) for form in (term.multiplier, *term.factors)]
            for term in self.terms
        ]
        products.append([evaluate(self.bias, self.shape, arrays)])
        total = sum_of_products(products, self.shape)
        quotient = total >> self.shift
        remainder = (total - (quotient << self.shift)).astype(np.int64)
        low, high = self._range()
        check_range(quotient, low, high, self.label, self.scale)
        y = quotient.astype(np.int64)
        fill_limbs(arrays, self.remainder, remainder_widths(self.shift), remainder)
        if self.negative is None:
            arrays[self.output] = y
        else:
            arrays[self.output] = np.maximum(y, 0)
            arrays[self.negative] = np.maximum(-y, 0)

    def declare(self, to: Declaration) -> None:
        """Declare the identity and the ranges of both quotient and remainder."""
        shape = self.shape
        right = whole(self.output, shape)
        if self.negative is not None:
            right = right.minus(whole(self.negative, shape))
        right = right.scaled(1 << self.shift)
        widths = remainder_widths(self.shift)
        right = right.plus(limbs_form(self.remainder, widths, shape))
        for number, (limb, width) in enumerate(zip(self.remainder, widths, strict=True)):
            to.in_range(f"{self.label}.remainder.{number}", shape, whole(limb, shape), width)
        products = [Product(1, (term.multiplier, *term.factors)) for term in self.terms]
        products.append(Product(1, (self.bias.minus(right),)))
        to.system.pointwise.append(Pointwise(f"{self.label}.round", shape, tuple(products)))
        if self.negative is not None:
            parts = (self.output, self.negative)
            declare_parts(to, self.label, shape, parts, self.bits)
        elif not self.covered:
            output = whole(self.output, shape)
            to.in_signed_range(f"{self.label}.range", shape, output, self.bits)

    def _range(self) -> tuple[int, int]:
        if self.negative is None:
            return -(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1
        return 1 - (1 << self.bits), (1 << self.bits) - 1


def remainder_widths(shift: int) -> tuple[int, ...]:
    """Return the bits of each limb of a remainder: as few limbs of at most 16 bits as do."""
    return limb_widths(shift, -(-shift // 16))
