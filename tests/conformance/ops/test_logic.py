import pytest
from onnx import ModelProto, TensorProto, helper

from tests.conformance.suite import Case, case, check_model, shape_of

SHAPES = [case((2, 17), (2, 17)), case((3, 1, 5), (2, 1))]


def model(operator: str, case: Case) -> ModelProto:
    """Compare both inputs with a number, then combine the truth values."""
    count = 1 if operator == "Not" else 2
    inputs = [
        helper.make_tensor_value_info(f"x{k}", TensorProto.FLOAT, shape_of(case.operands[k]))
        for k in range(count)
    ]
    level = helper.make_tensor("level", TensorProto.FLOAT, [], [0.1])
    bits = [helper.make_node("Greater", [f"x{k}", "level"], [f"b{k}"]) for k in range(count)]
    node = helper.make_node(operator, [f"b{k}" for k in range(count)], ["y"])
    output = helper.make_tensor_value_info("y", TensorProto.BOOL, None)
    graph = helper.make_graph([*bits, node], "case", inputs, [output], initializer=[level])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize("case", SHAPES, ids=[entry.label for entry in SHAPES])
@pytest.mark.parametrize("operator", ["And", "Or", "Xor", "Not"])
def test_logic(operator: str, case: Case) -> None:
    check_model(model(operator, case), case)
