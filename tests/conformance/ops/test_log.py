import pytest
from onnx import TensorProto, helper

from modulus.ops import Bound
from modulus.ops.log import Log
from tests.conformance.suite import Case, case, check_model, shape_of

BOUND = Bound(units=1, inputs=16)
CASES = [case((2, 17), bound=BOUND), case((3, 1, 5), spread=3, bound=BOUND)]


@pytest.mark.parametrize("shape", CASES, ids=[entry.label for entry in CASES])
def test_log(shape: Case) -> None:
    # The argument must be inside the domain: |x| + 0.2, the latter rounded to x's units.
    given = helper.make_tensor_value_info("x0", TensorProto.FLOAT, shape_of(shape.operands[0]))
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    offset = helper.make_tensor("offset", TensorProto.FLOAT, [], [0.2])
    nodes = [
        helper.make_node("Abs", ["x0"], ["size"]),
        helper.make_node("Add", ["size", "offset"], ["inside"]),
        helper.make_node(Log.onnx_name, ["inside"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "case", [given], [result], initializer=[offset])
    opsets = [helper.make_opsetid("", shape.opset)]
    check_model(helper.make_model(graph, opset_imports=opsets, ir_version=8), shape)
