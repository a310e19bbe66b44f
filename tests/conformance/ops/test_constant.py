import numpy as np
import pytest
from onnx import helper

from modulus.errors import UnsupportedOperatorError
from modulus.frontend import load_onnx
from modulus.ops.add import Add
from tests.conformance.suite import case, one_node_model


def test_constant_nodes_become_constants():
    model = one_node_model(Add, case((2, 3), (3,)))
    del model.graph.input[1]
    model.graph.node.insert(
        0, helper.make_node("Constant", [], ["x1"], value_floats=[1.0, 2.0, 3.0])
    )
    graph = load_onnx(model)
    np.testing.assert_array_equal(graph.constants["x1"], [1, 2, 3])
    assert [node.operator.onnx_name for node in graph.nodes] == ["Add"]


def test_text_is_unsupported():
    model = one_node_model(Add, case((2, 3), (3,)))
    del model.graph.input[1]
    model.graph.node.insert(0, helper.make_node("Constant", [], ["x1"], value_string="text"))
    with pytest.raises(UnsupportedOperatorError, match="value_string"):
        load_onnx(model)
