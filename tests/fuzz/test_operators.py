"""Operators with attributes, constants and shapes changed at random: agreement or an error."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.errors import InternalError, ModulusError
from modulus.ops import Operator
from tests.conformance.suite import Case, Indices, one_node_model
from tests.fuzz.agreement import assert_agreement
from tests.fuzz.budget import same_examples
from tests.fuzz.model_mutations import mutated
from tools.operator_costs import suites

SUITES = {operator.onnx_name: operator for operator in suites()}
SPREADS = {"CumProd": 0.1, "ReduceProd": 0.1}
"""Of operators whose bound asks for numbers up to one."""
MASK = 1e4

pytestmark = pytest.mark.fuzz


def stated_otherwise(operator: type[Operator], case: Case) -> bool:
    """Results that the operator's page says to differ from those of ONNX Runtime."""
    # Casts keep what does not fit the integer type, where ONNX Runtime wraps around.
    if operator.onnx_name == "Cast":
        return case.attributes.get("to") != onnx.TensorProto.FLOAT
    # Far below everything else, a constant that is added is a mask.
    if operator.onnx_name == "Scaler":
        return bool(np.max(np.abs(np.asarray(case.attributes["offset"]) * 1.0)) >= MASK)
    # Steep, it is as coarse as its line is long.
    if operator.onnx_name == "HardSigmoid":
        return bool(case.attributes.get("alpha", 0.2) > 1)
    # The rest of a real number jumps where that is next to a multiple of the divisor.
    return operator.onnx_name == "Mod" and not isinstance(case.operands[0], Indices)


def ends_onnx_runtime(operator: type[Operator], case: Case) -> bool:
    """Models that end the process of ONNX Runtime, which is what results are compared with."""
    is_axis_left_out = len(case.operands) == 3 and case.operands[2] is None
    return operator.onnx_name == "DFT" and is_axis_left_out


@pytest.mark.parametrize("name", sorted(SUITES))
@same_examples(6)
@given(chosen=st.randoms(use_true_random=False))
def test_changed_operators_hold_their_bound_or_are_refused(name: str, chosen: random.Random):
    operator = SUITES[name]
    case = mutated(chosen.choice(suites()[operator]), chosen)
    spread = SPREADS.get(name, case.spread) * chosen.choice([0.1, 1, 3])
    try:
        model = one_node_model(operator, case)
        if stated_otherwise(operator, case) or ends_onnx_runtime(operator, case):
            return
    except (ValueError, TypeError):
        # Not even a model: lists of several types, for example.
        return
    generator = np.random.default_rng(chosen.getrandbits(32))
    try:
        assert_agreement(model, dataclasses.replace(case, spread=spread), operator.bound, generator)
    except InternalError:
        raise
    except ModulusError:
        return
    except Exception as error:
        raise AssertionError(f"{case.label}: {error}") from error
