from __future__ import annotations

import re

import numpy as np
import onnx
import pytest
from onnx import helper

import modulus
from modulus.frontend import load_onnx
from modulus.ops import Operator
from modulus.ops.gelu import Gelu, gelu
from modulus.ops.hard_swish import HardSwish
from modulus.ops.mish import Mish
from modulus.ops.swish import Swish
from modulus.reference.elementary import evaluate
from modulus.relations.function import VARIABLE
from tests.unit.frontend.models import model, random, tensor

GELU = "s=Div x root2; e=Erf s; o=Add e one; p=Mul x o; y=Mul p half"
GELU_TANH = (
    "a=Mul x cubic; b=Mul x a; c=Mul x b; d=Add x c; s=Mul d root; t=Tanh s; o=Add one t; "
    "h=Mul half o; y=Mul x h"
)
SWISH = "s=Sigmoid x; y=Mul x s"
QUICK_GELU = "b=Mul x quick; s=Sigmoid b; y=Mul s x"
MISH = "p=Softplus x; t=Tanh p; y=Mul t x"
HARD_SWISH = "a=Add x three; c=Clip a zero six; p=Mul x c; y=Div p six"
SCALARS = {
    "root2": 2**0.5,
    "one": 1.0,
    "half": 0.5,
    "cubic": 0.044715,
    "root": (2 / np.pi) ** 0.5,
    "quick": 1.702,
    "three": 3.0,
    "zero": 0.0,
    "six": 6.0,
    "odd": 0.9,
}


def written_out(text: str, shape: tuple[int, ...] = (2, 3), outputs: str = "y") -> onnx.ModelProto:
    """A model of statements `result=Operator operand ..` on x."""
    nodes = []
    for statement in text.split("; "):
        result, call = statement.split("=")
        operator, *operands = call.split()
        nodes.append(helper.make_node(operator, operands, [result], name=result))
    constants = {name: np.array(value, np.float32) for name, value in SCALARS.items()}
    return model(nodes, [tensor("x", shape)], outputs.split(), constants)


def operators(proto: onnx.ModelProto) -> list[Operator]:
    return [node.operator for node in load_onnx(proto).nodes]


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        (GELU, Gelu()),
        (GELU_TANH, Gelu("tanh")),
        (SWISH, Swish()),
        (QUICK_GELU, Swish(1.702)),
        (MISH, Mish()),
    ],
)
def test_written_out_functions_become_one_node(text: str, operator: Operator):
    assert operators(written_out(text)) == [operator]
    behind = "before=Relu x; " + re.sub(r"\bx\b", "before", text)
    assert operators(written_out(behind))[1:] == [operator]


def test_two_in_a_row_are_both_found():
    twice = "s=Sigmoid x; z=Mul x s; p=Softplus z; t=Tanh p; y=Mul t z"
    assert operators(written_out(twice)) == [Swish(), Mish()]


def test_hard_swish_is_looked_up_where_it_is_large():
    assert operators(written_out(HARD_SWISH, (1, 1 << 15))) == [HardSwish()]
    assert len(operators(written_out(HARD_SWISH, (1, 64)))) == 4


@pytest.mark.parametrize(
    "text",
    [
        SWISH.replace("Mul x s", "Mul s s"),
        GELU.replace("Add e one", "Add e odd"),
        "s=Sigmoid x; h=Relu x; y=Mul h s",
    ],
)
def test_other_functions_stay_as_they_are(text: str):
    proto = written_out(text)
    assert len(operators(proto)) == len(proto.graph.node)


def test_what_somebody_else_reads_stays():
    assert len(operators(written_out(SWISH, outputs="y s"))) == 2


def test_the_integers_follow_the_float_model():
    x = random((16, 2, 3), seed=4) * 3
    net = modulus.compile(written_out(GELU), x, weights="public", transparent_only=True)
    expected = np.array(evaluate(gelu(VARIABLE).code, x[0].flat)).reshape(x[0].shape)
    assert np.abs(net.run(x[0])["y"] - expected).max() < 1e-3
