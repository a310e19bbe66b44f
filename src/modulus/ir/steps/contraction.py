"""Contraction: an einsum of two values, the one step that multiplies matrices."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from modulus.ir.arithmetic import matmul
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, View
from modulus.ir.view import axis_locals, place
from modulus.relations.coordinate import Point, bits_of, block_bits, local_point
from modulus.relations.form import Form
from modulus.relations.system import Definition, DefinitionKind, Summand

Labels = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Contraction:
    """output = einsum over the physical axes of two values.

    Labels do not repeat within an operand; every label of an operand is in the other operand or in
    the result, and every label of the result is in an operand.
    """

    label: str
    left: View
    left_labels: Labels
    right: View
    right_labels: Labels
    output: int
    output_labels: Labels

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Multiply exactly."""
        left = evaluate(self.left.form, self.left.physical, arrays)
        right = evaluate(self.right.form, self.right.physical, arrays)
        arrays[self.output] = einsum(
            (left, self.left_labels), (right, self.right_labels), self.output_labels, self.label
        )

    def declare(self, to: Declaration) -> None:
        """Declare the sum over the contracted index bits."""
        extents = dict(zip(self.left_labels, self.left.physical, strict=True))
        extents |= dict(zip(self.right_labels, self.right.physical, strict=True))
        physical = tuple(extents[label] for label in self.output_labels)
        points = dict(zip(self.output_labels, axis_locals(physical), strict=True))
        contracted = [x for x in self.left_labels if x not in points]
        kept = [x for x in self.left_labels if x in points and x in self.right_labels]
        first = block_bits(physical)
        for label in reversed(contracted):
            points[label] = local_point(bits_of(extents[label]), first)
            first += bits_of(extents[label])
        variables = tuple(
            c.variable for label in reversed(contracted + kept) for c in points[label]
        )
        factors = (
            _placed(self.left.form, self.left_labels, points),
            _placed(self.right.form, self.right_labels, points),
        )
        to.system.definitions.append(
            Definition(
                self.output,
                DefinitionKind.CONTRACTION,
                Form(()),
                (Summand(variables, (), factors),),
            )
        )


def _placed(form: Form, labels: Labels, points: dict[int, Point]) -> Form:
    return place(form, [points[label] for label in labels])


def einsum(
    left: tuple[Integers, Labels], right: tuple[Integers, Labels], output: Labels, where: str
) -> Integers:
    """Return the exact einsum of two integer arrays."""
    (a, a_labels), (b, b_labels) = left, right
    batch = [x for x in a_labels if x in b_labels and x in output]
    inner = [x for x in a_labels if x in b_labels and x not in output]
    rows = [x for x in a_labels if x not in b_labels]
    columns = [x for x in b_labels if x not in a_labels]
    extents = dict(zip(a_labels, a.shape, strict=True)) | dict(zip(b_labels, b.shape, strict=True))

    def size(labels: list[int]) -> int:
        return prod(extents[label] for label in labels)

    a = a.transpose([a_labels.index(x) for x in batch + rows + inner])
    b = b.transpose([b_labels.index(x) for x in batch + inner + columns])
    product = matmul(
        a.reshape(size(batch), size(rows), size(inner)),
        b.reshape(size(batch), size(inner), size(columns)),
        where,
    )
    order = batch + rows + columns
    product = product.reshape([extents[label] for label in order])
    return np.asarray(product.transpose([order.index(x) for x in output]), order="C")
