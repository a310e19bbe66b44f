"""Masked scores before a softmax, as transformers write them."""

import numpy as np
import pytest
from onnx import NodeProto, TensorProto, helper, numpy_helper

from modulus.ops import Bound
from tests.conformance.suite import case, check_model

SHAPE = (2, 6, 6)
CAUSAL = np.triu(np.ones(SHAPE[1:], np.bool_), 1)


@pytest.mark.parametrize("lowest", [-1e4, float(np.finfo(np.float32).min)])
@pytest.mark.parametrize("kind", ["Where", "Add"])
@pytest.mark.parametrize("spread", [0.1, 4.0])
def test_causal_softmax(kind: str, lowest: float, spread: float) -> None:
    scores = helper.make_tensor_value_info("x0", TensorProto.FLOAT, SHAPE)
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    nodes: list[NodeProto] = []
    if kind == "Where":
        constants = [
            numpy_helper.from_array(CAUSAL, "mask"),
            numpy_helper.from_array(np.array(lowest, np.float32), "lowest"),
        ]
        nodes.append(helper.make_node("Where", ["mask", "lowest", "x0"], ["masked"]))
    else:
        mask = np.where(CAUSAL, lowest, 0.0).astype(np.float32)
        constants = [numpy_helper.from_array(mask, "mask")]
        nodes.append(helper.make_node("Add", ["x0", "mask"], ["masked"]))
    nodes.append(helper.make_node("Softmax", ["masked"], ["y"], axis=-1))
    graph = helper.make_graph(nodes, "case", [scores], [output], initializer=constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    check_model(model, case(SHAPE, bound=Bound(units=13), spread=spread, note=f"{kind} {lowest}"))
