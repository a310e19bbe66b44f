"""Operators with attributes, constants and shapes changed at random: agreement or an error."""

from __future__ import annotations

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
from tests.fuzz.budget import examples
from tests.fuzz.model_mutations import mutated
from tools.operator_costs import suites

SUITES = {operator.onnx_name: operator for operator in suites()}
SPREADS = {"CumProd": 0.1, "ReduceProd": 0.1}
"""Of operators whose bound asks for numbers up to one."""

pytestmark = pytest.mark.fuzz


def products_of(case: Case) -> float:
    """An upper limit on what rounded weights can contribute, in weights."""
    weights = [
        entry
        for entry in case.operands
        if isinstance(entry, np.ndarray) and entry.dtype.kind == "f" and entry.size
    ]
    return max((float(np.max(np.abs(entry))) * entry.size for entry in weights), default=0.0)


def stated_otherwise(operator: type[Operator], case: Case) -> bool:
    """Results that the operator's page says to differ from those of ONNX Runtime."""
    # Casts keep what does not fit the integer type, where ONNX Runtime wraps around.
    if operator.onnx_name == "Cast":
        return case.attributes.get("to") != onnx.TensorProto.FLOAT
    # The rest of a real number jumps where that is next to a multiple of the divisor.
    return operator.onnx_name == "Mod" and not isinstance(case.operands[0], Indices)


def ends_onnx_runtime(operator: type[Operator], case: Case) -> bool:
    """Models that end the process of ONNX Runtime, which is what results are compared with."""
    is_axis_left_out = len(case.operands) == 3 and case.operands[2] is None
    return operator.onnx_name == "DFT" and is_axis_left_out


@pytest.mark.parametrize("name", sorted(SUITES))
@examples(6)
@given(chosen=st.randoms(use_true_random=False))
def test_changed_operators_hold_their_bound_or_are_refused(name: str, chosen: random.Random):
    operator = SUITES[name]
    case = mutated(chosen.choice(suites()[operator]), chosen)
    try:
        model = one_node_model(operator, case)
    except (ValueError, TypeError):
        # Not even a model: lists of several types, for example.
        return
    if stated_otherwise(operator, case) or ends_onnx_runtime(operator, case):
        return
    limits = {f"x{i}": o.below for i, o in enumerate(case.operands) if isinstance(o, Indices)}
    try:
        assert_agreement(
            model,
            operator.bound,
            limits=limits,
            spread=SPREADS.get(name, case.spread) * chosen.choice([0.1, 1, 3]),
            products=products_of(case),
            seed=chosen.getrandbits(32),
        )
    except InternalError:
        raise
    except ModulusError:
        return
    except Exception as error:
        raise AssertionError(f"{case.label}: {error}") from error
