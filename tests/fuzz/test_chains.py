"""Random operators in a row: each holds its bound, given what the ones before it made."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto

from modulus.errors import InternalError, ModulusError
from tests.conformance.proving import prove_and_verify
from tests.fuzz.agreement import SETTINGS, Array, Run, assert_within, integer_graph, onnx_runtime
from tests.fuzz.budget import same_examples
from tests.fuzz.chains import OPSET, Chain, Link, chain
from tools.operator_costs import suites

CASES = [
    (operator, case)
    for operator, cases in suites().items()
    for case in cases
    if case.opset == OPSET
    and case.outputs[0] == TensorProto.FLOAT
    # The powers of several exponents share the unit of the largest of them.
    and case.note != "several exponents"
]
DRAWS = 2
STEPS = 4
ACTIVATION_BITS = SETTINGS.activation_bits

pytestmark = pytest.mark.fuzz


def assert_links_agree(made: Chain, seed: int, *, proven: bool) -> bool:
    """Compare every operator with ONNX Runtime; False where it refuses one.

    Raises:
        ModulusError: The model is refused.
    """
    generator = np.random.default_rng(seed)
    built = integer_graph(made.model(), made.limits, 1.0, generator)
    if built is None:
        return False
    graph, run, units = built
    integers = graph.quantize_inputs(run)
    trace = graph.execute(integers)
    tensors = {port.name: port.numbers(integers[port.name]) for port in graph.inputs}
    tensors |= {port.name: port.numbers(trace.value(port.value)) for port in graph.outputs}
    for link in made.links:
        inputs = link.inputs(tensors)
        expected = onnx_runtime(link.alone, inputs, [link.alone.graph.output[0].name])
        if expected is None:
            return False
        (reals,) = expected.values()
        try:
            assert_within(
                link.operator.bound,
                link.case,
                inputs.values(),
                tensors[link.result],
                reals,
                units[link.result],
                moved=_moved(link, inputs, reals, generator),
            )
        except AssertionError as error:
            raise AssertionError(
                f"{link.operator.onnx_name} ({link.case.label}): {error}"
            ) from error
    if proven:
        prove_and_verify(graph, integers)
    return True


def _moved(link: Link, inputs: Run, reals: Array, generator: np.random.Generator) -> float:
    """How far some steps up or down of every real input move ONNX Runtime's result.

    Results that are not rounded yet may have more bits than an operator reads.
    """
    farthest = 0.0
    for _ in range(DRAWS):
        near = {
            name: array
            + generator.choice([-STEPS, STEPS], array.shape).astype(array.dtype) * _step(array)
            for name, array in inputs.items()
        }
        found = onnx_runtime(link.alone, near, [link.alone.graph.output[0].name])
        if found is not None:
            (result,) = found.values()
            farthest = max(farthest, float(np.max(np.abs(result - reals), initial=0.0)))
    return farthest


def _step(array: Array) -> Array:
    if array.dtype.kind != "f":
        return np.zeros((), array.dtype)
    step: Array = np.max(np.abs(array), initial=0.0) * array.dtype.type(
        2.0 ** (1 - ACTIVATION_BITS)
    )
    return step


@same_examples(20)
@given(length=st.integers(2, 5), chosen=st.randoms(use_true_random=False))
def test_operators_in_a_row_hold_their_bounds_or_are_refused(length: int, chosen: random.Random):
    made = chain(CASES, length, chosen)
    try:
        assert_links_agree(made, chosen.getrandbits(32), proven=chosen.random() < 0.1)
    except InternalError:
        raise
    except ModulusError:
        return
