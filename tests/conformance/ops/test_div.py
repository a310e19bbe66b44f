import numpy as np
import pytest
from onnx import TensorProto, helper

from modulus.ops import Bound
from modulus.ops.div import Div
from tests.conformance.suite import Case, case, check_model, operator_suite, shape_of, weights

test_div = operator_suite(
    Div,
    cases=[
        case((2, 17), weights(17), depth=1),
        case((3, 1, 5), np.array(3.5, np.float32)),
    ],
)

BOUND = Bound(units=1, inputs=8)
DIVIDED = [case((2, 17), (2, 17), bound=BOUND), case((3, 1, 5), (2, 1), bound=BOUND)]


@pytest.mark.parametrize("entry", DIVIDED, ids=[entry.label for entry in DIVIDED])
def test_divisors_of_both_signs(entry: Case) -> None:
    # x0 / (x1 + sign(x1) / 2): away from zero, rounded to the units of x1.
    inputs = [
        helper.make_tensor_value_info(f"x{k}", TensorProto.FLOAT, shape_of(entry.operands[k]))
        for k in range(2)
    ]
    half = helper.make_tensor("half", TensorProto.FLOAT, [], [0.5])
    nodes = [
        helper.make_node("Sign", ["x1"], ["sign"]),
        helper.make_node("Mul", ["sign", "half"], ["away"]),
        helper.make_node("Add", ["x1", "away"], ["divisor"]),
        helper.make_node("Div", ["x0", "divisor"], ["y"]),
    ]
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "case", inputs, [result], initializer=[half])
    opsets = [helper.make_opsetid("", entry.opset)]
    check_model(helper.make_model(graph, opset_imports=opsets, ir_version=8), entry)
