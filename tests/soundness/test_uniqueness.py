"""Each primitive step determines its witness, whatever field elements its operands are.

A prover may put any field element into a slot, and the ranges of weights are not proven. So the
operands here are arbitrary field elements, and every witness that the relations allow is listed:
candidates come from the lookups and, where an output equals one of its operands, from those.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import pytest

from modulus.ir.step import Declaration, Step, View, whole
from modulus.ir.steps import Contraction, Function, Maximum, Requantize, Rewire, Split
from modulus.ir.steps.requantize import RequantizeTerm, remainder_widths
from modulus.reference.field import SCALAR_MODULUS, inverse
from modulus.relations.form import Form
from modulus.relations.system import RelationSystem, Role, Tensor
from tests.soundness.corpus import CORPUS, built
from tests.soundness.extensions import form_value
from tests.unit.ir.dense import check

P = SCALAR_MODULUS
SHAPE = (1,)
BITS = 3
Slots = dict[int, int]


def _system(operands: int, witnesses: int) -> RelationSystem:
    names = [("operand", Role.WEIGHT)] * operands + [("witness", Role.TRACE)] * witnesses
    return RelationSystem([Tensor(f"{n}{i}", SHAPE, 0, 0, r) for i, (n, r) in enumerate(names)])


def _form(number: int) -> Form:
    return whole(number, SHAPE)


def _holds(system: RelationSystem, slots: Mapping[int, int]) -> bool:
    tables = {number: [value] for number, value in slots.items() if number < len(system.tensors)}
    for relation in system.pointwise:
        total = 0
        for item in relation.products:
            value = item.coefficient
            for factor in item.factors:
                value = value * form_value(factor, (), tables) % P
            total += value
        if total % P:
            return False
    for lookup in system.lookups:
        table = system.tables[lookup.table]
        columns = [form_value(column, (), tables) for column in lookup.columns]
        if columns[0] - table.offsets[0] not in range(table.shape[0]):
            return False
    return True


def _solutions(
    system: RelationSystem, operands: Sequence[int], candidates: Sequence[Sequence[int]]
) -> Iterator[tuple[int, ...]]:
    first = len(operands)
    for choice in product(*candidates):
        slots = dict(enumerate(operands)) | {first + k: value for k, value in enumerate(choice)}
        if _holds(system, slots):
            yield choice


def _declared(step: Step, operands: int, witnesses: int) -> RelationSystem:
    system = _system(operands, witnesses)
    step.declare(Declaration(system))
    return system


def _operands(count: int, *, near: bool) -> Iterator[list[int]]:
    """Random field elements, and ones so near each other that ranges can hold."""
    generator = random.Random(count + near)
    for _ in range(20):
        if near:
            base = generator.choice([0, P - 2, generator.randrange(P), inverse(2)])
            yield [(base + generator.randrange(-9, 9)) % P for _ in range(count)]
        else:
            yield [generator.randrange(P) for _ in range(count)]


SIGNED = [v % P for v in range(-(1 << (BITS - 1)), 1 << (BITS - 1))]
UNSIGNED = list(range(1 << BITS))


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("relu", [False, True])
def test_rounding_has_one_quotient_and_one_remainder(relu: bool, near: bool) -> None:
    shift, witnesses = 2, 3 if relu else 2
    step = Requantize(
        "step", SHAPE, (RequantizeTerm(_form(0), (_form(1), _form(2))),), _form(3), shift,
        (4,), 5, 6 if relu else None, BITS, 1.0, covered=False,
    )  # fmt: skip
    assert remainder_widths(shift) == (shift,)
    system = _declared(step, 4, witnesses)
    remainders = list(range(1 << shift))
    candidates = [remainders, UNSIGNED, UNSIGNED] if relu else [remainders, SIGNED]
    found = 0
    for a, b, c, bias in _operands(4, near=near):
        # Half of the time the bias makes a solution exist, whatever the product is.
        target = random.Random(bias).randrange(1 << (BITS + shift - 1))
        for offset in (bias, (target - a * b * c) % P):
            solutions = list(_solutions(system, [a, b, c, offset], candidates))
            assert len(solutions) <= 1
            found += len(solutions)
    assert found >= 10


@pytest.mark.parametrize("near", [False, True])
def test_a_split_has_one_pair_of_parts(near: bool) -> None:
    system = _declared(Split("step", View(_form(0), SHAPE), 1, 2, BITS, 1.0), 1, 2)
    for (source,) in _operands(1, near=near):
        solutions = list(_solutions(system, [source], [UNSIGNED, UNSIGNED]))
        limit = 1 << BITS
        honest = source < limit or P - source < limit
        assert len(solutions) == int(honest)


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_maximum_has_one_value(count: int, near: bool) -> None:
    sources = tuple(_form(number) for number in range(count))
    system = _declared(Maximum("step", SHAPE, sources, count, BITS), count, 1)
    found = 0
    for operands in _operands(count, near=near):
        # The product is zero only if the output is one of the sources.
        solutions = list(_solutions(system, operands, [sorted(set(operands))]))
        assert len(solutions) <= 1
        found += len(solutions)
    assert found or not near


def test_a_table_gives_one_value_for_an_index() -> None:
    rows = 1 << BITS
    system = RelationSystem(
        [
            Tensor("table", (rows,), 0, 0, Role.TABLE),
            Tensor("source", SHAPE, 0, 0, Role.WEIGHT),
            Tensor("output", SHAPE, 0, 0, Role.TRACE),
        ]
    )
    step = Function("step", View(_form(1), SHAPE), 2, 0, -rows // 2, rows, 1.0)
    step.declare(Declaration(system))
    (table,), (lookup,) = system.tables, system.lookups
    # The first column counts: no two rows agree in it, so the second follows, whatever it holds.
    assert (table.shape, table.offsets, len(table.values)) == ((rows,), (-rows // 2,), 1)
    assert lookup.columns == (_form(1), _form(2))


@pytest.mark.parametrize("shift", [1, 15, 16, 17, 24, 32, 33, 44])
def test_limbs_cover_a_remainder_exactly(shift: int) -> None:
    """One bit more in total, and a remainder of 2^shift would give a second quotient."""
    widths = remainder_widths(shift)
    assert sum(widths) == shift
    assert 0 < min(widths) <= max(widths) <= 16


@pytest.mark.parametrize("near", [False, True])
def test_a_range_by_limbs_is_the_same_range(near: bool) -> None:
    system = _system(1, 2)
    declaration = Declaration(system, limbs={0: (1, 2)})
    declaration.in_range("range", SHAPE, _form(0), BITS)
    for (source,) in (*_operands(1, near=near), *([value] for value in UNSIGNED)):
        solutions = list(_solutions(system, [source], [UNSIGNED, UNSIGNED]))
        assert len(solutions) == int(source < 1 << BITS)


@pytest.mark.parametrize("name", CORPUS)
def test_no_entry_of_a_trace_can_be_changed_alone(name: str) -> None:
    """Views and sums follow the change; inputs are what a prover may choose."""
    graph, trace = built(name)
    system = graph.relations()
    # Definitions hold by execution, and they are what takes the time.
    system.definitions = []
    inputs = {port.value.stored for port in graph.inputs}
    virtual = [step for step in graph.steps if isinstance(step, Contraction | Rewire)]
    generator = random.Random(name)
    for number, tensor in enumerate(graph.tensors):
        if tensor.role is not Role.TRACE or number in inputs:
            continue
        for change in (-1, 1):
            arrays = dict(trace.arrays)
            changed = arrays[number].copy()
            changed.reshape(-1)[generator.randrange(changed.size)] += change
            arrays[number] = changed
            for step in virtual:
                step.execute(arrays)
            # An index beyond a table fails one way, an equation another.
            with pytest.raises((AssertionError, IndexError)):
                check(system, arrays)
