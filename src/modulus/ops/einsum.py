"""Einsum: sums of products by index letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._places import axis_letters
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Einsum(Operator):
    """numpy.einsum, operands contracted from left to right.

    Shape:
        By the equation; letters must not repeat inside one operand.

    Numerics:
        |error| <= one unit per operand after the first, times the number of terms of the later
        sums.

    Source:
        ONNX operator Einsum, opset 12.
    """

    onnx_name: ClassVar[str] = "Einsum"
    since_opset: ClassVar[int] = 12
    bound: ClassVar[Bound] = Bound(units=2, per="operand after the first")

    equation: str = ""

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Contract pair by pair; letters nobody needs any more are summed at once."""
        operands = [required(self, inputs, position) for position in range(len(inputs))]
        labels, result = self.letters([operand.shape for operand in operands])
        value, own = operands[0], labels[0]
        if len(operands) == 1:
            lone = [axis for axis, letter in enumerate(own) if letter not in result]
            value = build.sum(value, lone, keepdims=False) if lone else value
            own = "".join(letter for letter in own if letter in result)
            return (build.transpose(value, [own.index(letter) for letter in result]),)
        for position in range(1, len(operands)):
            later = "".join(labels[position + 1 :]) + result
            both = dict.fromkeys(own + labels[position])
            last = position + 1 == len(operands)
            kept = result if last else "".join(letter for letter in both if letter in later)
            value, other = _fitted(build, (value, own), (operands[position], labels[position]))
            value = build.contract_values(f"{own},{labels[position]}->{kept}", value, other)
            own = kept
        return (value,)

    def letters(self, shapes: Sequence[tuple[int, ...]]) -> tuple[list[str], str]:
        """Letters of every operand and of the result, ellipses written out.

        Raises:
            ShapeError: The equation does not fit the operands.
            UnsupportedOperatorError: A letter repeats inside one operand.
        """
        text = self.equation.replace(" ", "")
        left, arrow, result = text.partition("->")
        labels = left.split(",")
        if len(labels) != len(shapes):
            raise ShapeError(f"Einsum: {self.equation!r} has {len(labels)} operands")
        widths = [
            len(shape) - len(label.replace("...", ""))
            for label, shape in zip(labels, shapes, strict=True)
        ]
        spare = axis_letters(max(0, *widths), text)
        for position, width in enumerate(widths):
            if width < 0 or (width > 0 and "..." not in labels[position]):
                raise ShapeError(f"Einsum: {self.equation!r} does not fit {shapes[position]}")
            labels[position] = labels[position].replace("...", spare[len(spare) - width :])
        if arrow:
            result = result.replace("...", spare)
        else:
            counts = Counter("".join(labels))
            once = sorted(c for c, count in counts.items() if count == 1 and c not in spare)
            result = (spare if "..." in left else "") + "".join(once)
        if any(len(set(part)) != len(part) for part in (*labels, result)):
            raise UnsupportedOperatorError(
                f"Einsum: {self.equation!r} repeats a letter inside one operand"
            )
        if set(result) - set("".join(labels)):
            raise ShapeError(f"Einsum: {self.equation!r} has a letter in its result alone")
        return labels, result


def _fitted(
    build: Builder, left: tuple[Operand, str], right: tuple[Operand, str]
) -> tuple[Operand, Operand]:
    """Broadcast axes of extent one to those of the same letter."""
    extents: dict[str, int] = {}
    for operand, letters in (left, right):
        for letter, extent in zip(letters, operand.shape, strict=True):
            extents[letter] = max(extents.get(letter, 1), extent)
    fitted = []
    for operand, letters in (left, right):
        shape = tuple(extents[letter] for letter in letters)
        fitted.append(operand if shape == operand.shape else build.broadcast(operand, shape))
    return fitted[0], fitted[1]
