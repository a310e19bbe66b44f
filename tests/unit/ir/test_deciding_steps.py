"""Compare, Select, Divide and Root determine their witness, whatever field elements they are given.

As in the soundness tests of the other steps: operands are any field elements, and every witness
that the lookups allow is tried.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from modulus.ir.step import Declaration, Step, View, whole
from modulus.ir.steps import Bounded, Compare, Digits, Divide, Gather, Root, Select
from modulus.reference.field import SCALAR_MODULUS as P
from modulus.reference.field import inverse
from modulus.relations.form import Form, One, TensorAtom
from modulus.relations.system import RelationSystem, Role, Tensor

SHAPE = (1,)
WIDTH = 3
LIMB = list(range(1 << WIDTH))
SIGNED = [v % P for v in range(-(1 << (WIDTH - 1)), 1 << (WIDTH - 1))]
BITS = [0, 1]


def _form(number: int) -> Form:
    return whole(number, SHAPE)


def _value(form: Form, slots: Sequence[int]) -> int:
    total = 0
    for term in form.terms:
        if isinstance(term.atom, TensorAtom):
            total += term.coefficient * slots[term.atom.tensor]
        else:
            assert isinstance(term.atom, One)
            total += term.coefficient
    return total % P


def _holds(system: RelationSystem, slots: Sequence[int]) -> bool:
    for relation in system.pointwise:
        total = 0
        for item in relation.products:
            value = item.coefficient
            for factor in item.factors:
                value = value * _value(factor, slots) % P
            total += value
        if total % P:
            return False
    for lookup in system.lookups:
        table = system.tables[lookup.table]
        if _value(lookup.columns[0], slots) >= table.shape[0] + table.offsets[0]:
            # No offset is negative here: ranges shift their operand instead.
            return False
    return True


def _solutions(
    step: Step, operands: Sequence[int], candidates: Sequence[Sequence[int]]
) -> list[tuple[int, ...]]:
    count = len(operands) + len(candidates)
    system = RelationSystem([Tensor(f"t{k}", SHAPE, 0, 0, Role.TRACE) for k in range(count)])
    step.declare(Declaration(system))
    return [w for w in product(*candidates) if _holds(system, [*operands, *w])]


def _elements(count: int) -> Iterator[list[int]]:
    """Random field elements, small ones, and fractions."""
    generator = random.Random(count)
    special = [0, 1, 2, P - 1, inverse(2), inverse(3), (P - 1) // 2]
    for _ in range(60):
        small = [generator.randrange(-20, 20) % P for _ in range(count)]
        yield small
        yield [generator.choice([x, generator.choice(special)]) for x in small]
        yield [generator.randrange(P) for _ in range(count)]


@pytest.mark.parametrize("limbs", [0, 2])
def test_a_comparison_has_one_bit(limbs: int) -> None:
    digits = Digits(tuple(range(2, 2 + limbs)), WIDTH) if limbs else None
    step = Compare("step", SHAPE, _form(0), 1, Bounded(WIDTH, digits), 1.0)
    limit = 1 << (WIDTH * max(1, limbs))
    for (source,) in _elements(1):
        found = _solutions(step, [source], [BITS, *[LIMB] * limbs])
        assert len(found) == int(source < limit or P - source <= limit)
        assert all(bit == int(source < limit) for bit, *_ in found)


def test_a_selection_has_one_value() -> None:
    step = Select("step", SHAPE, _form(0), _form(1), _form(2), 3)
    for condition, chosen, otherwise in _elements(3):
        for bit in (0, 1, condition):
            found = _solutions(step, [bit, chosen, otherwise], [sorted({chosen, otherwise})])
            assert len(found) <= 1
            if bit in (0, 1):
                assert found == [(chosen if bit else otherwise,)]


@pytest.mark.parametrize("rounded", [False, True])
@pytest.mark.parametrize("limbs", [1, 2])
def test_a_division_has_one_quotient_and_one_remainder(rounded: bool, limbs: int) -> None:
    rest = Digits(tuple(range(3, 3 + limbs)), WIDTH)
    gap = Digits((3 + limbs, 4 + limbs), WIDTH) if limbs == 2 else None
    step = Divide(
        "step", SHAPE, (_form(0),), _form(1), rounded, 2, WIDTH, rest, Bounded(WIDTH, gap), 1.0
    )  # fmt: skip
    found = 0
    candidates = [SIGNED, *[LIMB] * limbs, *[LIMB] * (2 if gap else 0)]
    for number, (numerator, divisor) in enumerate(_elements(2)):
        if limbs == 2 and number % 6:
            continue
        solutions = _solutions(step, [numerator, divisor], candidates)
        assert len(solutions) <= 1
        found += len(solutions)
        m = 2 if rounded else 1
        # Only a divisor that is an integer, no wider than remainder and gap, has a quotient.
        assert not solutions or 1 <= m * divisor % P < 2 << (WIDTH * limbs)
    assert found


def test_a_root_has_one_value() -> None:
    root, rest = Digits((2,), WIDTH), Digits((3,), WIDTH)
    step = Root("step", SHAPE, _form(0), _form(1), root, rest, Bounded(WIDTH, None), 1.0)
    found = 0
    for multiplier, source in _elements(2):
        solutions = _solutions(step, [multiplier, source], [LIMB, LIMB])
        assert len(solutions) <= 1
        found += len(solutions)
        for y, _ in solutions:
            assert y * y <= multiplier * source % P < (y + 1) ** 2
    assert found


def test_a_gather_looks_up_a_table_of_counters() -> None:
    system = RelationSystem(
        [
            Tensor("table", (4, 3), 0, 0, Role.TRACE),
            Tensor("index", (2,), 0, 0, Role.TRACE),
            Tensor("output", (2, 3), 0, 0, Role.TRACE),
        ]
    )
    step = Gather("step", 0, (4, 3), View(whole(1, (2,)), (2,)), 2)
    step.declare(Declaration(system))
    (table,), (lookup,) = system.tables, system.lookups
    # The counters are the first columns: no two rows agree in them, so the value follows.
    assert (table.shape, table.offsets, table.values) == ((4, 3), (0, 0), (whole(0, (4, 3)),))
    assert lookup.shape == (2, 3)
    assert lookup.columns[2] == whole(2, (2, 3))
