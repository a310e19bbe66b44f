"""The blinding determines everything that an opening publishes: the matrix has full row rank.

Columns are the coefficients that are fresh in every proof: one beyond the slots of each trace and
helper row, and the highest slots of the last helper row. Rows are the published functionals, at
random challenges: commitments to these rows, S, a1, a2, s1, s2. W and W' follow from these and tau,
which is how a simulator makes them. Blinding of tables, weights, and committed inputs and outputs
does not count: it is the same in every proof.

Source:
    Modulus protocol section 6.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

import pytest

from modulus.ir.graph import Visibility
from modulus.reference.field import SCALAR_MODULUS as P
from modulus.relations.system import Role
from modulus.schedule.layout import BLINDING_SLOTS
from tests.sealed.zoo import COMMITTED, NAMES, PUBLIC, schedule_of

OPENING_FUNCTIONALS = 5
"""S, a1, a2, s1, s2."""


def inverse(value: int) -> int:
    return pow(value, -1, P)


@dataclass(frozen=True)
class Opening:
    """Challenges of one opening of rows of 2^m slots."""

    u: tuple[int, ...]
    tau: int
    zeta: int
    bb: int
    rho: int

    @classmethod
    def draw(cls, row_bits: int, seed: int) -> Opening:
        source = random.Random(seed)
        drawn = [source.randrange(2, P) for _ in range(row_bits + 4)]
        return cls(tuple(drawn[4:]), *drawn[:4])

    @cached_property
    def slots(self) -> int:
        return 1 << len(self.u)

    def equality(self, index: int) -> int:
        """Coefficient of X^index in E."""
        product = 1
        for bit, coordinate in enumerate(self.u):
            product = product * (coordinate if index >> bit & 1 else 1 - coordinate) % P
        return product

    def e_value(self, x: int) -> int:
        product, power = 1, x
        for coordinate in self.u:
            product = product * (1 - coordinate + coordinate * power) % P
            power = power * power % P
        return product

    def s_value(self, index: int, x: int) -> int:
        """S at x for f = X^index: the sum over j != index of e_j x^(|index - j| - 1)."""
        reciprocal = inverse(x)
        above = range(index, self.slots)
        tail = sum(self.equality(j) * pow(reciprocal, j, P) for j in above)
        below = (self.e_value(reciprocal) - tail) * pow(x, index - 1, P)
        return (below + sum(self.equality(j) * pow(x, j - index - 1, P) for j in above[1:])) % P

    def functionals(self, index: int) -> list[int]:
        """S(tau), a1, a2, s1, s2 for f = X^index."""
        first, second = self.zeta, inverse(self.zeta)
        s_values = [self.s_value(index, x) for x in (self.tau, first, second)]
        return [s_values[0], pow(first, index, P), pow(second, index, P), *s_values[1:]]

    def w_value(self, index: int) -> int:
        """W(tau) for f = X^index."""
        first, second = self.zeta, inverse(self.zeta)
        s_tau, a1, a2, s1, s2 = self.functionals(index)
        at_first, at_second = a1 + self.bb * s1, a2 + self.bb * s2
        slope = (at_first - at_second) * inverse(first - second)
        line = at_first + slope * (self.tau - first)
        vanishing = (self.tau - first) * (self.tau - second)
        at_tau = pow(self.tau, index, P) + self.bb * s_tau
        return (at_tau - line) * inverse(vanishing) % P


def blinding_matrix(
    opening: Opening, fixed_rows: int, fresh_rows: int, slots: int
) -> list[list[int]]:
    """Published functionals by fresh coefficients."""
    top = opening.slots
    columns = []
    for row in range(fresh_rows):
        commitments = [0] * fresh_rows
        commitments[row] = pow(opening.tau, top, P)
        weight = pow(opening.rho, fixed_rows + row, P)
        columns.append(commitments + [weight * v % P for v in opening.functionals(top)])
    weight = pow(opening.rho, fixed_rows + fresh_rows - 1, P)
    for index in range(top - slots, top):
        commitments = [0] * (fresh_rows - 1) + [pow(opening.tau, index, P)]
        columns.append(commitments + [weight * v % P for v in opening.functionals(index)])
    return [list(row) for row in zip(*columns, strict=True)]


def rank(matrix: list[list[int]]) -> int:
    rows = [list(row) for row in matrix]
    found = 0
    for column in range(len(rows[0])):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        scale = inverse(pivot[column])
        for row in rows[found + 1 :]:
            factor = row[column] * scale % P
            if factor:
                row[:] = [(a - factor * b) % P for a, b in zip(row, pivot, strict=True)]
        found += 1
    return found


CASES = [(name, PUBLIC) for name in NAMES]
CASES += [(name, COMMITTED) for name in ("lenet5", "tiny")]


@pytest.mark.parametrize(("name", "ports"), CASES)
def test_the_blinding_hides_all_that_is_published(
    name: str, ports: tuple[Visibility, Visibility]
) -> None:
    """Committed inputs and outputs are rows that do not count, like weights: their commitments, and
    what blinds them, are the same in every proof that reads them."""
    schedule = schedule_of(name, ports)
    assert schedule.rows_of(Role.PORT) == (2 if ports == COMMITTED else 0)
    fresh = schedule.rows_of(Role.TRACE) + schedule.rows_of(Role.HELPER)
    fixed = len(schedule.row_kinds) - fresh
    last = len(schedule.row_kinds) - 1
    top = 1 << schedule.row_bits
    for tensor in schedule.tensors:
        if tensor.committed and tensor.row == last:
            assert tensor.offset + (1 << tensor.bits) <= top - BLINDING_SLOTS
    for seed in range(2):
        opening = Opening.draw(schedule.row_bits, seed)
        matrix = blinding_matrix(opening, fixed, fresh, BLINDING_SLOTS)
        assert rank(matrix) == fresh + OPENING_FUNCTIONALS


@pytest.mark.parametrize("slots", range(BLINDING_SLOTS + 1))
def test_one_slot_is_needed_for_each_functional(slots: int) -> None:
    matrix = blinding_matrix(Opening.draw(10, 1), 2, 4, slots)
    assert rank(matrix) == 4 + min(slots, OPENING_FUNCTIONALS)


def test_w_follows_from_what_is_uniform() -> None:
    """One more row does not raise the rank: W publishes nothing beyond the others."""
    opening = Opening.draw(10, 2)
    fixed, fresh = 2, 4
    matrix = blinding_matrix(opening, fixed, fresh, BLINDING_SLOTS)
    rows = [*range(fresh), *[fresh - 1] * BLINDING_SLOTS]
    indices = [opening.slots] * fresh
    indices += range(opening.slots - BLINDING_SLOTS, opening.slots)
    w_row = [
        pow(opening.rho, fixed + row, P) * opening.w_value(index) % P
        for row, index in zip(rows, indices, strict=True)
    ]
    assert rank([*matrix, w_row]) == rank(matrix)


def test_the_functionals_are_those_of_the_opening() -> None:
    """Dense polynomials of four variables against the closed forms."""
    opening = Opening.draw(4, 3)
    size = opening.slots
    for index in (size, size - 1, size - 5):
        coefficients = [0] * size
        for j in range(size):
            if j != index:
                coefficients[abs(index - j) - 1] += opening.equality(j)
        for x in (opening.tau, opening.zeta):
            dense = sum(c * pow(x, power, P) for power, c in enumerate(coefficients)) % P
            assert dense == opening.s_value(index, x)
            # The Laurent identity f(x) E(1/x) + f(1/x) E(x) = 2 v + x S(x) + S(1/x) / x.
            reciprocal = inverse(x)
            left = pow(x, index, P) * opening.e_value(reciprocal)
            left += pow(reciprocal, index, P) * opening.e_value(x)
            value = opening.equality(index) if index < size else 0
            right = 2 * value + x * opening.s_value(index, x)
            right += reciprocal * opening.s_value(index, reciprocal)
            assert (left - right) % P == 0
