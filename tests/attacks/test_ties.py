"""Ties: where several entries are largest, there is still one witness.

A maximum says nothing about which entry it is, so a tie has nothing to break: the value is unique.
An operator that returns a place has something to break, and needs a test here before it is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from typing import cast

import numpy as np
import pytest

from modulus.errors import RejectionReason, WitnessError
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.graph import Graph, Trace
from modulus.ir.step import Declaration
from modulus.ir.steps.compare import Compare
from modulus.ir.steps.maximum import Maximum
from modulus.ir.value import Value
from modulus.ops import operators
from modulus.quantize.operand import Operand
from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.key import VerifyingKey
from modulus.relations.coordinate import local_point
from modulus.relations.form import tensor_form
from modulus.relations.system import Public, RelationSystem, Role, Tensor
from tests.attacks.harness import Lie, check_frozen, check_rejected, verdict
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import make_key
from tests.unit.ir.dense import check
from tests.unit.quantize.harness import Harness

R = RejectionReason
BITS = 3
LIMIT = (1 << BITS) - 1
OPERANDS, SHAPE = 4, (4,)
OUTPUT = OPERANDS
ROW_BITS = 6
EXECUTION: Mapping[int, Sequence[int]] = {
    # Columns: all equal, two largest, the largest first, the largest last.
    0: [5, 7, 6, 0],
    1: [5, 7, 2, 1],
    2: [5, 0, 2, 2],
    3: [5, 3, 1, 3],
    OUTPUT: [5, 7, 6, 3],
}
TIED = [-0.5, 0.25, -0.5, 0.25, 0.25]
"""Two smallest entries and three largest ones."""
ORDERING = {"ArgMax", "ArgMin", "TopK", "NonMaxSuppression", "Unique", "Hardmax"}
"""ONNX operators whose result says which of several equal entries is meant."""


def system() -> RelationSystem:
    """y = max(x0, x1, x2, x3), all public, with the relations that MaxPool declares."""
    made = RelationSystem()
    for number in range(OPERANDS):
        made.add_tensor(Tensor(f"x{number}", SHAPE, 0, LIMIT, Role.TRACE))
    made.add_tensor(Tensor("y", SHAPE, 0, LIMIT, Role.TRACE))
    sources = tuple(tensor_form(number, local_point(2)) for number in range(OPERANDS))
    Maximum("maximum", SHAPE, sources, OUTPUT, BITS).declare(Declaration(made))
    made.public = [
        Public(number, f"t{number}", 1, number == OUTPUT, 1.0, SHAPE)
        for number in range(OPERANDS + 1)
    ]
    return made


@cache
def key() -> VerifyingKey:
    return make_key(system(), EXECUTION, ROW_BITS)


def with_output(column: int, value: int) -> Lie:
    """The execution with another output in one column."""
    output = list(EXECUTION[OUTPUT])
    output[column] = value
    above = value > max(EXECUTION[number][column] for number in range(OPERANDS))
    reason = R.ZERO_CHECK_FAILED if above or not _is_operand(column, value) else R.REDUCTION_FAILED
    return Lie(reason, {**EXECUTION, OUTPUT: output}, key=key())


def _is_operand(column: int, value: int) -> bool:
    return value in (EXECUTION[number][column] for number in range(OPERANDS))


def solutions(operands: Sequence[int]) -> set[int]:
    """Outputs, among all field elements, that satisfy product and ranges.

    The product is zero only at an operand, so no other field element needs to be tried.
    """
    return {
        output
        for output in operands
        if all((output - operand) % SCALAR_MODULUS <= LIMIT for operand in operands)
    }


def test_the_relations_are_a_product_and_a_range_for_every_operand() -> None:
    """What `solutions` reads off them."""
    made = system()
    (relation,) = made.pointwise
    ((coefficient, factors),) = ((p.coefficient, p.factors) for p in relation.products)
    output = tensor_form(OUTPUT, local_point(2))
    differences = [output.minus(tensor_form(number, local_point(2))) for number in range(OPERANDS)]
    assert (coefficient, list(factors)) == (1, differences)
    assert [lookup.columns for lookup in made.lookups] == [(d,) for d in differences]
    assert all(made.tables[lookup.table].shape == (1 << BITS,) for lookup in made.lookups)


def test_with_or_without_ties_a_maximum_has_one_value() -> None:
    for operands in product(range(4), repeat=OPERANDS):
        assert solutions(operands) == {max(operands)}


def test_a_tie_is_proven() -> None:
    assert verdict(key(), SlowProver(key(), EXECUTION).prove()) is None


@pytest.mark.parametrize(
    ("column", "value"), [(0, 4), (0, 6), (1, 3), (1, 0), (2, 2), (2, 7), (3, 2), (3, 4)]
)
def test_a_tie_broken_the_other_way_is_rejected(column: int, value: int) -> None:
    """No operand above or below what the others tie at will do, nor anything between them."""
    check_rejected(with_output(column, value))


@pytest.mark.parametrize(("column", "value"), [(0, 6), (1, 3), (3, 2)])
def test_a_tie_broken_the_other_way_passes_with_frozen_challenges_only(
    column: int, value: int
) -> None:
    check_frozen(with_output(column, value))


def test_execution_takes_the_same_value() -> None:
    arrays = {number: np.array(EXECUTION[number], dtype=np.int64) for number in range(OPERANDS)}
    sources = tuple(tensor_form(number, local_point(2)) for number in range(OPERANDS))
    Maximum("maximum", SHAPE, sources, OUTPUT, BITS).execute(arrays)
    assert arrays[OUTPUT].tolist() == EXECUTION[OUTPUT]


def ordered(name: str, **attributes: int) -> tuple[Graph, Trace, Value]:
    """An operator that returns places, executed where three entries tie; and its last output."""
    harness = Harness()
    x = harness.input("x", (1, len(TIED)))
    operator = operators()[("", name)](axis=1, **attributes)  # type: ignore[call-arg]
    count = [harness.build.constant(np.array(2.0))] if name == "TopK" else []
    results = operator.lower(harness.build, [x, *count])
    value = harness.build.value(cast(Operand, results[-1]))
    trace = harness.run({"x": np.array([TIED])})
    return harness.graph, trace, value


@pytest.mark.parametrize(
    ("name", "attributes", "expected"),
    [
        ("ArgMax", {}, [1]),
        ("ArgMax", {"select_last_index": 1}, [4]),
        ("ArgMin", {}, [0]),
        ("ArgMin", {"select_last_index": 1}, [2]),
        ("Hardmax", {}, [0, 1, 0, 0, 0]),
        ("TopK", {}, [1, 3]),
        ("TopK", {"largest": 0}, [0, 2]),
    ],
)
def test_a_place_among_equals_is_the_first_or_the_last_and_no_other(
    name: str, attributes: dict[str, int], expected: list[int]
) -> None:
    graph, trace, value = ordered(name, **attributes)
    assert trace.value(value).reshape(-1).tolist() == expected
    compares = [(n, step) for n, step in enumerate(graph.steps) if isinstance(step, Compare)]
    assert compares
    for number, step in compares:
        for place in range(trace.arrays[step.bit].size):
            with pytest.raises((AssertionError, IndexError, WitnessError)):
                check(graph.relations(), with_flipped_bit(graph, trace, number, place))


def with_flipped_bit(graph: Graph, trace: Trace, number: int, place: int) -> dict[int, Integers]:
    """The execution in which one entry is no longer among the equals, or joins them."""
    arrays = {key: array.copy() for key, array in trace.arrays.items()}
    step = graph.steps[number]
    assert isinstance(step, Compare)
    bit = arrays[step.bit].reshape(-1)
    bit[place] = 1 - bit[place]
    limit = 1 << step.rest.bits
    source = evaluate(step.source, step.shape, arrays)
    step.rest.fill(arrays, source + limit * (1 - arrays[step.bit]))
    for later in graph.steps[number + 1 :]:
        later.execute(arrays)
    return arrays


def test_every_operator_that_orders_entries_has_a_tie_to_break_here() -> None:
    assert ORDERING & {name for _, name in operators()} == {
        "ArgMax",
        "ArgMin",
        "Hardmax",
        "TopK",
    }
