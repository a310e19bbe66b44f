"""Einsum labels, and contraction steps over values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from modulus.errors import InternalError, ShapeError
from modulus.ir.graph import VALUE_LIMIT
from modulus.ir.step import View
from modulus.ir.steps import Contraction
from modulus.ir.value import Axes, Value
from modulus.ir.view import sum_axes
from modulus.quantize.assembly import Assembly, tensor_of
from modulus.relations.coordinate import block_bits
from modulus.relations.system import Role


@dataclass(frozen=True, slots=True)
class Labels:
    """The letters of an einsum of two operands, one per logical axis."""

    left: str
    right: str
    result: str

    @classmethod
    def parse(cls, text: str) -> Labels:
        """Read `"left,right->result"`.

        Raises:
            InternalError: The text is not of that form, or a letter repeats inside one operand.
        """
        operands, arrow, result = text.partition("->")
        left, comma, right = operands.partition(",")
        parts = (left, right, result)
        if not arrow or not comma or any(len(set(part)) != len(part) for part in parts):
            raise InternalError(f"einsum labels {text!r}")
        if set(result) - set(left) - set(right):
            raise InternalError(f"einsum labels {text!r}: the result has a letter of its own")
        return cls(left, right, result)

    @property
    def text(self) -> str:
        """The einsum as NumPy reads it."""
        return f"{self.left},{self.right}->{self.result}"

    def extents(self, left: tuple[int, ...], right: tuple[int, ...]) -> dict[str, int]:
        """Return the extent of every letter.

        Raises:
            ShapeError: The shapes do not fit the letters or each other.
        """
        found: dict[str, int] = {}
        for letters, shape in ((self.left, left), (self.right, right)):
            if len(letters) != len(shape):
                raise ShapeError(f"einsum {self.text}: shapes {left} and {right}")
            for letter, extent in zip(letters, shape, strict=True):
                if found.setdefault(letter, extent) != extent:
                    raise ShapeError(
                        f"einsum {self.text}: shapes {left} and {right} differ in {letter}"
                    )
        return found


def without_lone(x: Value, own: str, other: str, result: str) -> tuple[Value, str]:
    """Sum x over the letters that only it has, so that they need no contraction."""
    lone = [axis for axis, letter in enumerate(own) if letter not in other + result]
    if not lone:
        return x, own
    kept = "".join(letter for letter in own if letter in other + result)
    return sum_axes(x, lone, keepdims=False), kept


def emit_contraction(
    to: Assembly, labels: Labels, left: Value, right: Value, scale: float
) -> Value:
    """Add a contraction of two values whose shared letters have equal physical extents."""
    factors: dict[str, tuple[int, ...]] = {}
    for letters, value in ((labels.left, left), (labels.right, right)):
        for letter, held in zip(letters, value.axes, strict=True):
            if factors.setdefault(letter, held) != held:
                raise InternalError(f"einsum {labels.text}: letter {letter} is laid out twice")
    numbers: dict[str, tuple[int, ...]] = {}
    count = 0
    for letter, held in factors.items():
        numbers[letter] = tuple(range(count, count + len(held)))
        count += len(held)

    def physical(letters: str) -> tuple[int, ...]:
        return tuple(number for letter in letters for number in numbers[letter])

    depth = prod(prod(held) for letter, held in factors.items() if letter not in labels.result)
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    bounds = (depth * min(ends), depth * max(ends))
    axes: Axes = tuple(factors[letter] for letter in labels.result)
    implied = _implied(to, labels, factors, (left, right))
    # Where the integers reach is what `execute` relies on; what follows from the relations is
    # declared, unless it is beyond what is stored, in which case nothing can build on it unrounded.
    declared = bounds if implied >= VALUE_LIMIT else (-implied, implied)
    out = to.stored("sum", axes, declared, scale, Role.VIRTUAL)
    out = replace(out, low=bounds[0], high=bounds[1])
    to.graph.steps.append(
        Contraction(
            out.name,
            View(left.form, left.physical),
            physical(labels.left),
            View(right.form, right.physical),
            physical(labels.right),
            tensor_of(out),
            physical(labels.result),
        )
    )
    return out


def _implied(
    to: Assembly, labels: Labels, factors: dict[str, tuple[int, ...]], values: tuple[Value, Value]
) -> int:
    """Return the largest size of a sum that follows from the declared ranges of its operands."""
    shared = set(labels.left) & set(labels.right)
    bits = sum(block_bits(held) for letter, held in factors.items() if letter in shared)
    largest = 1 << bits
    for value in values:
        largest *= max(map(abs, to.declared_range(value.form)))
    return largest


def contract_values(to: Assembly, labels: Labels, left: Value, right: Value) -> Value:
    """Add the contraction of two values; sums over letters of one operand are free."""
    labels.extents(left.shape, right.shape)
    left, own = without_lone(left, labels.left, labels.right, labels.result)
    right, other = without_lone(right, labels.right, own, labels.result)
    held = dict(zip(own, left.axes, strict=True))
    axes = tuple(
        held.get(letter, factors) for letter, factors in zip(other, right.axes, strict=True)
    )
    right = to.laid_out(right, axes)
    reduced = Labels(own, other, labels.result)
    return emit_contraction(to, reduced, left, right, left.scale * right.scale)
