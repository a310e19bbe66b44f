import numpy as np
import pytest
from onnx import TensorProto, helper

from tests.conformance.suite import Case, case, check_model, shape_of

CASES = [
    case((2, 17), (2, 17), note="two activations"),
    case((3, 1, 5), (2, 1), note="broadcast"),
    case((3, 5), np.array(0.25, np.float32), note="a constant"),
]


@pytest.mark.parametrize("entry", CASES, ids=[entry.label for entry in CASES])
def test_where(entry: Case) -> None:
    names, inputs, constants = [], [], []
    for k, operand in enumerate(entry.operands):
        names.append(f"x{k}")
        if isinstance(operand, np.ndarray):
            constants.append(helper.make_tensor(f"x{k}", TensorProto.FLOAT, [], [float(operand)]))
        else:
            inputs.append(
                helper.make_tensor_value_info(f"x{k}", TensorProto.FLOAT, shape_of(operand))
            )
    constants.append(helper.make_tensor("level", TensorProto.FLOAT, [], [0.1]))
    nodes = [
        helper.make_node("Greater", ["x0", "level"], ["bit"]),
        helper.make_node("Where", ["bit", *names], ["y"]),
    ]
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "case", inputs, [result], initializer=constants)
    opsets = [helper.make_opsetid("", entry.opset)]
    check_model(helper.make_model(graph, opset_imports=opsets, ir_version=8), entry)
