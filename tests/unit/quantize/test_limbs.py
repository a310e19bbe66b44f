"""Ranges by limbs: when they pay, what they hold, and that nothing else passes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from modulus.errors import InternalError
from modulus.ir.graph import Graph, Trace
from modulus.ir.steps import Limbs
from modulus.quantize.limbs import LIMB_BITS, cut_ranges, slots, slots_of_limbs
from modulus.quantize.settings import Settings
from modulus.schedule.checks import check_system
from tests.unit.ir.dense import check
from tests.unit.quantize.harness import Harness, uniform


def rectified(entries: int) -> Graph:
    """The ReLU of a rounded product with three weights, of so many inputs."""
    at = Harness(Settings(activation_bits=16, weight_bits=14))
    x = at.input("x", (entries, 3))
    at.build.value(at.build.relu(at.build.contract("re,ec->rc", x, uniform((3, 2), seed=1), "c")))
    return at.graph


def executed(graph: Graph) -> Trace:
    inputs = {port.name: uniform(port.value.shape, seed=2) for port in graph.inputs}
    return graph.execute(graph.quantize_inputs(inputs))


def limbs(graph: Graph) -> list[Limbs]:
    return [step for step in graph.steps if isinstance(step, Limbs)]


def test_a_small_model_has_small_tables() -> None:
    graph = rectified(4)
    before, expected = slots(graph.declaration()), slots_of_limbs(graph.declaration())
    cut_ranges(graph)
    system = graph.relations()
    assert {table.shape for table in system.tables} == {(1 << LIMB_BITS,)}
    assert slots(graph.declaration()) == expected < before / 100
    check_system(system)
    check(system, executed(graph).arrays)


def test_a_large_model_keeps_large_tables() -> None:
    graph = rectified(1 << 13)
    cut_ranges(graph)
    assert not limbs(graph)
    assert (1 << 16,) in {table.shape for table in graph.relations().tables}


@pytest.mark.parametrize("change", [(1, 0), (-1, 0), (0, 1), (-(1 << LIMB_BITS), 1)])
def test_other_limbs_are_no_witness(change: tuple[int, int]) -> None:
    graph = rectified(2)
    cut_ranges(graph)
    trace, system = executed(graph), graph.relations()
    assert limbs(graph)
    for step in limbs(graph):
        arrays = dict(trace.arrays)
        for tensor, difference in zip(step.tensors, change, strict=True):
            arrays[tensor] = arrays[tensor] + np.int64(difference)
        # The last change keeps the sum, and leaves the table.
        with pytest.raises((AssertionError, IndexError)):
            check(system, arrays)


def test_limbs_of_no_range_are_a_defect() -> None:
    graph = rectified(2)
    cut_ranges(graph)
    (last,) = limbs(graph)[-1:]
    graph.steps[-1] = replace(last, range=99)
    with pytest.raises(InternalError, match=r"\[99\]"):
        graph.relations()
