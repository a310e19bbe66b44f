from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper, numpy_helper

from modulus.errors import ModelError, UnsupportedOperatorError
from modulus.frontend import FloatReference, load_onnx
from modulus.frontend.unrolling import unroll
from modulus.frontend.workspace import Workspace
from tests.unit.frontend.models import model, tensor

node = helper.make_node
BOOL, INT64 = onnx.TensorProto.BOOL, onnx.TensorProto.INT64


def constant(name: str, array: Any) -> onnx.NodeProto:
    return node("Constant", [], [name], value=numpy_helper.from_array(np.asarray(array)))


def subgraph(
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
) -> onnx.GraphProto:
    return helper.make_graph(nodes, "body", inputs, outputs)


def assert_same(source: onnx.ModelProto, *shape: int) -> list[str]:
    graph = load_onnx(source)
    inputs = {"x": np.random.default_rng(1).standard_normal(shape).astype(np.float32)}
    session = onnxruntime.InferenceSession(
        source.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    found = FloatReference(graph).run(inputs)
    for info, expected in zip(graph.outputs, session.run(None, inputs), strict=True):
        np.testing.assert_allclose(found[info.name], expected, rtol=1e-5)
    return [entry.operator.onnx_name for entry in graph.nodes]


def branching(condition: list[onnx.NodeProto]) -> onnx.ModelProto:
    y = tensor("z", [4])
    then = subgraph([node("Relu", ["h"], ["z"])], [], [y])
    other = subgraph([node("Tanh", ["h"], ["z"])], [], [y])
    nodes = [
        node("Sigmoid", ["x"], ["h"]),
        *condition,
        node("If", ["c"], ["y"], then_branch=then, else_branch=other),
    ]
    return model(nodes, [tensor("x", [4])], ["y"])


@pytest.mark.parametrize(("chosen", "operator"), [(True, "Relu"), (False, "Tanh")])
def test_a_branch_whose_condition_is_known(chosen: bool, operator: str):
    assert assert_same(branching([constant("c", chosen)]), 4) == ["Sigmoid", operator]


def looping(count: int, *, stop: bool = False) -> onnx.ModelProto:
    body = subgraph(
        [
            constant("true", not stop),
            node("Identity", ["true"], ["go_on"]),
            node("Add", ["h", "x"], ["next"]),
            node("Relu", ["next"], ["seen"]),
        ],
        [tensor("i", [], INT64), tensor("go", [], BOOL), tensor("h", [4])],
        [tensor("go_on", [], BOOL), tensor("next", [4]), tensor("seen", [4])],
    )
    nodes = [constant("n", np.int64(count)), node("Loop", ["n", "", "x"], ["y", "z"], body=body)]
    return model(nodes, [tensor("x", [4])], ["y", "z"])


def test_a_loop_with_carried_and_scanned_outputs():
    assert assert_same(looping(3), 4).count("Add") == 3


def test_a_loop_that_decides_itself_when_to_stop():
    with pytest.raises(UnsupportedOperatorError, match="goes on"):
        load_onnx(looping(3, stop=True))


def test_a_loop_of_enormous_length():
    with pytest.raises(ModelError, match="runs"):
        load_onnx(looping(1 << 40))


def test_a_scan_backwards():
    body = subgraph(
        [node("Add", ["h", "part"], ["next"]), node("Relu", ["next"], ["seen"])],
        [tensor("h", [2]), tensor("part", [2])],
        [tensor("next", [2]), tensor("seen", [2])],
    )
    scan = node(
        "Scan",
        ["start", "x"],
        ["y", "z"],
        body=body,
        num_scan_inputs=1,
        scan_input_directions=[1],
        scan_output_axes=[1],
    )
    nodes = [constant("start", np.ones(2, np.float32)), scan]
    assert_same(model(nodes, [tensor("x", [3, 2])], ["y", "z"]), 3, 2)


def test_a_condition_that_depends_on_the_input_is_named():
    nodes = [node("If", ["c"], ["y"], name="choice")]
    for branch in ("then_branch", "else_branch"):
        body = subgraph([node("Relu", ["x"], ["z"])], [], [tensor("z", [4])])
        nodes[0].attribute.append(helper.make_attribute(branch, body))
    source = model(nodes, [tensor("x", [4]), tensor("c", [], BOOL)], ["y"])
    with pytest.raises(UnsupportedOperatorError, match="choice.*condition"):
        unroll(Workspace.of(source, 17))


def with_functions(*functions: onnx.FunctionProto) -> onnx.ModelProto:
    source = model([node("Twice", ["x"], ["y"], domain="own")], [tensor("x", [4])], ["y"])
    source.opset_import.append(helper.make_opsetid("own", 1))
    source.functions.extend(functions)
    return source


def function(name: str, *nodes: onnx.NodeProto) -> onnx.FunctionProto:
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    return helper.make_function("own", name, ["a"], ["b"], nodes, opsets)


def test_functions_of_the_model():
    inner = function("Inner", node("Relu", ["a"], ["b"]))
    outer = function(
        "Twice",
        node("Inner", ["a"], ["c"], domain="own"),
        node("Sigmoid", ["c"], ["d"]),
        node("Inner", ["d"], ["b"], domain="own"),
    )
    assert assert_same(with_functions(inner, outer), 4) == ["Relu", "Sigmoid", "Relu"]


def test_a_function_that_calls_itself():
    with pytest.raises(ModelError, match="calls itself"):
        load_onnx(with_functions(function("Twice", node("Twice", ["a"], ["b"], domain="own"))))


def test_functions_that_double_the_graph_again_and_again():
    functions = [function("F0", node("Relu", ["a"], ["b"]))]
    for depth in range(1, 40):
        call = f"F{depth - 1}"
        functions.append(
            function(
                f"F{depth}",
                node(call, ["a"], ["c"], domain="own"),
                node(call, ["c"], ["b"], domain="own"),
            )
        )
    functions.append(function("Twice", node("F39", ["a"], ["b"], domain="own")))
    with pytest.raises(ModelError, match="written out"):
        load_onnx(with_functions(*functions))


def test_a_branch_inside_a_loop_reads_what_becomes_the_result():
    branch = subgraph([node("Relu", ["next"], ["kept"])], [], [tensor("kept", [2])])
    body = subgraph(
        [
            constant("true", np.array(True)),
            node("Add", ["h", "x"], ["next"]),
            node("If", ["true"], ["seen"], then_branch=branch, else_branch=branch),
            node("Identity", ["going"], ["still"]),
        ],
        [tensor("i", [], onnx.TensorProto.INT64), tensor("going", [], BOOL), tensor("h", [2])],
        [tensor("still", [], BOOL), tensor("next", [2]), tensor("seen", [2])],
    )
    nodes = [
        constant("count", np.array(2, np.int64)),
        node("Loop", ["count", "", "x"], ["y", "z"], body=body),
    ]
    assert_same(model(nodes, [tensor("x", [2])], ["y", "z"]), 2)
