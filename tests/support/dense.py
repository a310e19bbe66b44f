"""Dense tables of forms and kernels, and sumcheck messages by plain summation.

Written from the definitions, without the verifier's logarithmic evaluations, so that both can
only agree if both are right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product as tuples

from modulus.reference.field import SCALAR_MODULUS, inverse
from modulus.relations.coordinate import (
    Coordinate,
    CoordinateKind,
    axis_offsets,
    block_bits,
)
from modulus.relations.form import ClaimAtom, Counter, Form, Kernel, Term
from modulus.schedule.model import Schedule

P = SCALAR_MODULUS
HALF = inverse(2)


def padded(shape: Sequence[int], values: Sequence[int]) -> list[int]:
    """Unpadded C order to the padded block."""
    table = [0] * (1 << block_bits(tuple(shape)))
    for value, index in zip(values, inside(shape), strict=True):
        table[index] = value % P
    return table


def inside(shape: Sequence[int]) -> list[int]:
    """Block indices inside a shape, in C order."""
    offsets = axis_offsets(tuple(shape))
    return [
        sum(i << o for i, o in zip(index, offsets, strict=True))
        for index in tuples(*(range(extent) for extent in shape))
    ]


@dataclass
class View:
    """Tables of one stage: coordinates of the stage are variables, all others are fixed."""

    schedule: Schedule
    tables: dict[int, list[int]]
    """Padded block of every tensor."""
    challenges: list[list[int]]
    stage: int

    def value(self, coordinate: Coordinate) -> int:
        if coordinate.kind is CoordinateKind.CHALLENGE:
            return self.challenges[coordinate.stage][coordinate.variable]
        return {CoordinateKind.ZERO: 0, CoordinateKind.ONE: 1, CoordinateKind.HALF: HALF}[
            coordinate.kind
        ]

    def is_free(self, coordinate: Coordinate) -> bool:
        return coordinate.kind is CoordinateKind.CHALLENGE and coordinate.stage == self.stage

    def scatter(self, table: Sequence[int], point: Sequence[Coordinate], bits: int) -> list[int]:
        """Sum out the fixed coordinates of a table; free ones become bits of the index."""
        current = list(table)
        kept: list[int] = []
        for position in reversed(range(len(point))):
            coordinate = point[position]
            if self.is_free(coordinate):
                kept.append(coordinate.variable)
                continue
            # The bits above this one have been kept: fold each of their blocks on its own.
            size = 1 << position
            fixed = self.value(coordinate)
            folded: list[int] = []
            for start in range(0, len(current), 2 * size):
                low = current[start : start + size]
                high = current[start + size : start + 2 * size]
                folded += [(a + fixed * (b - a)) % P for a, b in zip(low, high, strict=True)]
            current = folded
        return spread(current, kept[::-1], bits)

    def term(self, term: Term, bits: int) -> list[int]:
        atom = term.atom
        if isinstance(atom, ClaimAtom):
            claim = self.schedule.claims[atom.claim]
            table = self.scatter(self.tables[claim.tensor], claim.point, bits)
        elif isinstance(atom, Counter):
            point = atom.coordinates
            table = self.scatter(list(range(1 << len(point))), point, bits)
        else:
            table = [1] * (1 << bits)
        for selector in term.selectors:
            members = [int(i < selector.extent) for i in range(1 << len(selector.coordinates))]
            table = times(table, self.scatter(members, selector.coordinates, bits))
        for kernel in term.kernels:
            table = times(table, self.kernel(kernel, bits))
        return [term.coefficient * value % P for value in table]

    def form(self, form: Form, bits: int) -> list[int]:
        total = [0] * (1 << bits)
        for term in form.terms:
            total = [(a + b) % P for a, b in zip(total, self.term(term, bits), strict=True)]
        return total

    def kernel(self, kernel: Kernel, bits: int) -> list[int]:
        """Every solution of the equation, weighted at fixed coordinates and marked at free ones."""
        free: list[int] = []
        for part in kernel.parts:
            free += [c.variable for c in part.coordinates if self.is_free(c)]
        small = [0] * (1 << len(free))
        for solution in tuples(*(range(part.extent) for part in kernel.parts)):
            total = kernel.constant
            for part, index in zip(kernel.parts, solution, strict=True):
                total += part.coefficient * index
            if total != 0:
                continue
            weight, place, seen = 1, 0, 0
            for part, index in zip(kernel.parts, solution, strict=True):
                for position, coordinate in enumerate(part.coordinates):
                    bit = index >> position & 1
                    if self.is_free(coordinate):
                        place |= bit << seen
                        seen += 1
                    else:
                        value = self.value(coordinate)
                        weight = weight * (value if bit else 1 - value) % P
            small[place] = (small[place] + weight) % P
        return spread(small, free, bits)


def spread(small: Sequence[int], variables: Sequence[int], bits: int) -> list[int]:
    """Extend a table over some variables to all `bits` variables."""
    if list(variables) == list(range(bits)):
        return list(small)
    result = []
    for index in range(1 << bits):
        place = sum((index >> variable & 1) << k for k, variable in enumerate(variables))
        result.append(small[place])
    return result


def times(left: Sequence[int], right: Sequence[int]) -> list[int]:
    return [a * b % P for a, b in zip(left, right, strict=True)]


def shape_weights(base: int, shape: Sequence[int]) -> list[int]:
    """base^i inside the shape, 0 outside."""
    table = [0] * (1 << block_bits(tuple(shape)))
    for index in inside(shape):
        table[index] = pow(base, index, P)
    return table


@dataclass
class Summand:
    """scale * join * combine(tables), summed over the cube of its own variables."""

    bits: int
    tables: list[list[int]]
    combine: Callable[[Sequence[int]], int]
    scale: int = 1
    total: int = field(init=False)

    def __post_init__(self) -> None:
        self.total = self.sum()

    def sum(self) -> int:
        return sum(self.combine(row) for row in zip(*self.tables, strict=True)) % P

    def samples(self, variable: int, degree: int) -> list[int]:
        """Values at 0 .. degree of this summand's round polynomial."""
        if variable >= self.bits:
            return [self.scale * self.total * x % P for x in range(degree + 1)]
        size = 1 << variable
        values = []
        for x in range(degree + 1):
            columns = [
                [(a + x * (b - a)) % P for a, b in zip(t[:size], t[size:], strict=True)]
                for t in self.tables
            ]
            values.append(self.scale * sum(map(self.combine, zip(*columns, strict=True))) % P)
        return values

    def bind(self, variable: int, challenge: int) -> None:
        if variable >= self.bits:
            self.scale = self.scale * challenge % P
            return
        size = 1 << variable
        self.tables = [
            [(a + challenge * (b - a)) % P for a, b in zip(t[:size], t[size:], strict=True)]
            for t in self.tables
        ]


def interpolate(values: Sequence[int]) -> list[int]:
    """Coefficients of the polynomial with these values at 0, 1, 2 .."""
    result = [0] * len(values)
    for i, value in enumerate(values):
        basis = [1]
        scale = 1
        for j in range(len(values)):
            if j != i:
                basis = [
                    (low - j * high) % P for low, high in zip([0, *basis], [*basis, 0], strict=True)
                ]
                scale = scale * (i - j) % P
        factor = value * inverse(scale) % P
        result = [(a + factor * b) % P for a, b in zip(result, basis, strict=True)]
    return result


def multiply_polynomials(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """Product of polynomials, by one multiplication of long integers."""
    width = 80
    packed = [
        int.from_bytes(b"".join(c.to_bytes(width, "little") for c in side), "little")
        for side in (left, right)
    ]
    size = len(left) + len(right) - 1
    joined = (packed[0] * packed[1]).to_bytes(width * (size + 1), "little")
    return [int.from_bytes(joined[k * width : (k + 1) * width], "little") % P for k in range(size)]


def divide_by_root(polynomial: Sequence[int], root: int) -> list[int]:
    """Quotient by (X - root); the remainder is dropped."""
    quotient: list[int] = []
    carry = 0
    for coefficient in reversed(polynomial):
        carry = (carry * root + coefficient) % P
        quotient.append(carry)
    return quotient[-2::-1]


def evaluate_polynomial(polynomial: Sequence[int], x: int) -> int:
    total = 0
    for coefficient in reversed(polynomial):
        total = (total * x + coefficient) % P
    return total


def laurent_quotient(f: Sequence[int], e: Sequence[int]) -> list[int]:
    """S of f(X)E(1/X) + f(1/X)E(X) = 2v + X S(X) + S(1/X)/X."""
    forward = multiply_polynomials(f, e[::-1])[len(e) :]
    backward = multiply_polynomials(e, f[::-1])[len(f) :]
    backward = [*backward, *[0] * (len(forward) - len(backward))]
    return [(a + b) % P for a, b in zip(forward, backward, strict=True)]


def product(row: Sequence[int]) -> int:
    total = 1
    for value in row:
        total = total * value % P
    return total


def sum_of_products(shape: Sequence[tuple[int, int]]) -> Callable[[Sequence[int]], int]:
    """Sum over (coefficient, number of factors) of coefficient times the next factors."""

    def combine(row: Sequence[int]) -> int:
        total, start = 0, 0
        for coefficient, count in shape:
            total += coefficient * product(row[start : start + count])
            start += count
        return total % P

    return combine


def group_identity(row: Sequence[int]) -> int:
    helper, *denominators = row
    total = helper * product(denominators)
    for skipped in range(len(denominators)):
        total -= product(denominators[:skipped] + denominators[skipped + 1 :])
    return total % P
