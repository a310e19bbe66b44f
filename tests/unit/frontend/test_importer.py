from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper

from modulus.errors import ModelError, ModulusError, ShapeError, UnsupportedOperatorError
from modulus.frontend import FloatReference, load_onnx
from modulus.ops import FloatGraph, operators
from modulus.ops.conv import Conv
from modulus.ops.gemm import Gemm
from tests.unit.frontend.models import linear, model, random, tensor

node = helper.make_node


def names(graph: FloatGraph) -> list[str]:
    return [entry.operator.onnx_name for entry in graph.nodes]


def assert_same_function(original: onnx.ModelProto, graph: FloatGraph, inputs: Any) -> None:
    session = onnxruntime.InferenceSession(
        original.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    expected = session.run(None, inputs)
    found = FloatReference(graph).run(inputs)
    for info, array in zip(graph.outputs, expected, strict=True):
        assert info.shape == array.shape
        np.testing.assert_allclose(found[info.name], array, rtol=1e-4, atol=1e-5)


def test_graph_has_nodes_constants_shapes_and_types():
    graph = load_onnx(linear(2))
    assert names(graph) == ["MatMul", "Relu"]
    assert [entry.name for entry in graph.nodes] == ["product", "rectify"]
    assert graph.nodes[0].inputs == ("x", "w")
    assert graph.shapes["h"] == (2, 3)
    assert graph.inputs[0].shape == (2, 4)
    assert graph.inputs[0].dtype == np.float32
    assert graph.notes == ()
    with pytest.raises(ValueError, match="read-only"):
        graph.constants["w"][0] = 1


def test_the_given_model_is_not_changed():
    source = linear()
    before = source.SerializeToString()
    load_onnx(source)
    assert source.SerializeToString() == before


def test_path_bytes_and_message_give_the_same_graph(tmp_path: Path):
    source = linear()
    path = tmp_path / "net.onnx"
    onnx.save(source, path)
    graphs = [
        load_onnx(path),
        load_onnx(str(path)),
        load_onnx(path.read_bytes()),
        load_onnx(source),
    ]
    assert len({graph.model for graph in graphs}) == 1


def test_leading_symbol_defaults_to_one_with_a_note():
    graph = load_onnx(linear("n"))
    assert graph.inputs[0].shape == (1, 4)
    assert "--dimension n=N" in graph.notes[0]


def test_leading_dimension_without_symbol_defaults_to_one():
    assert load_onnx(linear(None)).outputs[0].shape == (1, 3)


def test_dimension_can_be_given():
    assert load_onnx(linear("n"), {"n": 5}).outputs[0].shape == (5, 3)
    assert load_onnx(linear(None), {"x.0": 5}).outputs[0].shape == (5, 3)


def test_other_open_dimensions_are_listed_with_the_option_to_fix_them():
    source = model([node("Relu", ["x"], ["y"])], [tensor("x", ["n", "width"])], ["y"])
    with pytest.raises(ShapeError, match="width") as caught:
        load_onnx(source)
    assert "--dimension n=1 --dimension width=1" in str(caught.value)
    assert load_onnx(source, {"n": 2, "width": 3}).outputs[0].shape == (2, 3)


@pytest.mark.parametrize(
    ("dimensions", "error"),
    [({"m": 1}, ModelError), ({"n": 0}, ShapeError), ({"n": 1 << 40}, ShapeError)],
)
def test_bad_dimensions_are_refused(dimensions: dict[str, int], error: type[ModulusError]):
    with pytest.raises(error):
        load_onnx(linear("n"), dimensions)


def test_all_unsupported_nodes_are_reported_at_once():
    source = model(
        [
            node("Mystic", ["x"], ["a"], name="first", domain="acme"),
            node("Mystery", ["a"], ["b"], name="second", domain="acme"),
            node("Relu", ["b"], ["c"], name="fine"),
            node("Pad", ["c", "p"], ["y"], name="third", mode="mirror"),
        ],
        [tensor("x", [1, 4])],
        ["y"],
        {"p": np.array([0, 1, 0, 1])},
        domains=["acme"],
    )
    with pytest.raises(UnsupportedOperatorError) as caught:
        load_onnx(source)
    message = str(caught.value)
    for part in ("first", "second", "third", "'acme'", "mode='mirror'", "MatMul"):
        assert part in message
    assert "fine" not in message


def test_unsupported_nodes_that_are_dead_or_constant_do_not_matter():
    source = model(
        [
            node("Erf", ["x"], ["dead"]),
            node("Erf", ["w"], ["folded"]),
            node("Add", ["x", "folded"], ["y"]),
        ],
        [tensor("x", [1, 4])],
        ["y"],
        {"w": np.zeros((1, 4), np.float32)},
    )
    assert names(load_onnx(source)) == ["Add"]


def test_a_used_second_output_is_unsupported():
    source = model(
        [node("MaxPool", ["x"], ["y", "where"], kernel_shape=[2])],
        [tensor("x", [1, 1, 4])],
        ["y", "where"],
    )
    with pytest.raises(UnsupportedOperatorError, match="where"):
        load_onnx(source)


def test_computed_static_inputs_are_unsupported():
    source = model(
        [
            node("Cast", ["x"], ["s"], to=onnx.TensorProto.INT64),
            node("Reshape", ["x", "s"], ["y"]),
        ],
        [tensor("x", [4])],
        ["y"],
    )
    with pytest.raises(UnsupportedOperatorError, match="input shape depends"):
        load_onnx(source)


def test_shape_computations_of_exporters_are_folded():
    source = model(
        [
            node("Shape", ["x"], ["s"]),
            node("Gather", ["s", "zero"], ["n"]),
            node("Unsqueeze", ["n", "axis"], ["n1"]),
            node("Concat", ["n1", "rest"], ["target"], axis=0),
            node("Reshape", ["x", "target"], ["y"]),
        ],
        [tensor("x", ["batch", 2, 3])],
        ["y"],
        {"zero": np.array(0), "axis": np.array([0]), "rest": np.array([-1])},
    )
    graph = load_onnx(source, {"batch": 5})
    assert names(graph) == ["Reshape"]
    assert graph.outputs[0].shape == (5, 6)


def test_identities_disappear_and_outputs_keep_their_names():
    source = model(
        [
            node("Identity", ["x"], ["a"]),
            node("Relu", ["a"], ["b"]),
            node("Dropout", ["b"], ["c"]),
            node("Cast", ["c"], ["d"], to=onnx.TensorProto.FLOAT),
            node("Identity", ["d"], ["y"]),
            node("Add", ["d", "b"], ["z"]),
        ],
        [tensor("x", [1, 4])],
        ["y", "z"],
    )
    graph = load_onnx(source)
    assert names(graph) == ["Relu", "Add"]
    assert [info.name for info in graph.outputs] == ["y", "z"]
    assert graph.nodes[1].inputs == ("y", "y")
    assert_same_function(source, graph, {"x": random((1, 4))})


def test_an_identity_from_input_to_output_stays():
    graph = load_onnx(model([node("Identity", ["x"], ["y"])], [tensor("x", [1, 4])], ["y"]))
    assert names(graph) == ["Identity"]


def test_two_outputs_of_one_tensor_keep_one_identity():
    source = model(
        [
            node("Relu", ["x"], ["a"]),
            node("Identity", ["a"], ["y"]),
            node("Identity", ["a"], ["z"]),
        ],
        [tensor("x", [1, 4])],
        ["y", "z"],
    )
    graph = load_onnx(source)
    assert names(graph) == ["Relu", "Identity"]
    assert_same_function(source, graph, {"x": random((1, 4))})


def statistics(channels: int) -> dict[str, Any]:
    return {
        "scale": random((channels,), 1),
        "bias": random((channels,), 2),
        "mean": random((channels,), 3),
        "var": np.abs(random((channels,), 4)),
    }


NORMALIZE = ["scale", "bias", "mean", "var"]


@pytest.mark.parametrize("bias", [[], ["b"]])
@pytest.mark.parametrize("epsilon", [1e-5, 1e-2])
def test_normalisation_is_folded_into_a_convolution(bias: list[str], epsilon: float):
    source = model(
        [
            node("Conv", ["x", "w", *bias], ["h"], pads=[1, 1, 1, 1]),
            node("BatchNormalization", ["h", *NORMALIZE], ["y"], epsilon=epsilon),
        ],
        [tensor("x", [2, 3, 5, 5])],
        ["y"],
        {"w": random((4, 3, 3, 3)), "b": random((4,), 9), **statistics(4)},
    )
    graph = load_onnx(source)
    assert isinstance(graph.nodes[0].operator, Conv)
    assert len(graph.nodes) == 1
    assert_same_function(source, graph, {"x": random((2, 3, 5, 5), 7)})


@pytest.mark.parametrize("transposed", [0, 1])
@pytest.mark.parametrize("bias", [[], ["b"]])
def test_normalisation_is_folded_into_a_matrix_product(transposed: int, bias: list[str]):
    weight = random((5, 4) if transposed else (4, 5))
    source = model(
        [
            node("Gemm", ["x", "w", *bias], ["h"], transB=transposed, alpha=0.5, beta=2.0),
            node("BatchNormalization", ["h", *NORMALIZE], ["y"]),
        ],
        [tensor("x", [3, 4])],
        ["y"],
        {"w": weight, "b": random((1, 5), 9), **statistics(5)},
    )
    graph = load_onnx(source)
    assert isinstance(graph.nodes[0].operator, Gemm)
    assert len(graph.nodes) == 1
    assert_same_function(source, graph, {"x": random((3, 4), 7)})


def test_normalisation_stays_where_its_input_is_read_elsewhere():
    source = model(
        [
            node("Conv", ["x", "w"], ["h"]),
            node("BatchNormalization", ["h", *NORMALIZE], ["n"]),
            node("Add", ["h", "n"], ["y"]),
        ],
        [tensor("x", [1, 3, 4])],
        ["y"],
        {"w": random((4, 3, 2)), **statistics(4)},
    )
    graph = load_onnx(source)
    assert names(graph) == ["Conv", "BatchNormalization", "Add"]
    assert_same_function(source, graph, {"x": random((1, 3, 4))})


def test_shared_weights_are_folded_apart():
    source = model(
        [
            node("Conv", ["x", "w"], ["h"]),
            node("BatchNormalization", ["h", *NORMALIZE], ["n"]),
            node("Conv", ["x", "w"], ["k"]),
            node("Add", ["n", "k"], ["y"]),
        ],
        [tensor("x", [1, 3, 4])],
        ["y"],
        {"w": random((4, 3, 2)), **statistics(4)},
    )
    graph = load_onnx(source)
    assert names(graph) == ["Conv", "Conv", "Add"]
    assert_same_function(source, graph, {"x": random((1, 3, 4))})


@pytest.mark.parametrize("opset", [9, 10, 11, 12, 13, 17, 21, onnx.defs.onnx_opset_version()])
def test_every_opset_from_nine_on_is_read(opset: int):
    source = model(
        [node("Flatten", ["x"], ["h"]), node("Gemm", ["h", "w", "b"], ["y"])],
        [tensor("x", [1, 2, 2])],
        ["y"],
        {"w": random((4, 3)), "b": random((3,))},
        opset=opset,
    )
    assert names(load_onnx(source)) == ["Flatten", "Gemm"]


@pytest.mark.parametrize("opset", [1, 8, onnx.defs.onnx_opset_version() + 1])
def test_other_opsets_are_refused(opset: int):
    source = linear()
    source.opset_import[0].version = opset
    with pytest.raises(ModelError, match=f"opset {opset}"):
        load_onnx(source)


def test_initialisers_may_be_listed_as_inputs():
    source = linear()
    source.graph.input.append(tensor("w", [4, 3]))
    assert [info.name for info in load_onnx(source).inputs] == ["x"]


def test_constants_of_every_kind_become_constants():
    values: Sequence[dict[str, Any]] = [
        {"value": helper.make_tensor("t", onnx.TensorProto.FLOAT, [2], [1.0, 2.0])},
        {"value_floats": [1.0, 2.0]},
        {"value_float": 1.5},
    ]
    for value in values:
        source = model(
            [node("Constant", [], ["c"], **value), node("Add", ["x", "c"], ["y"])],
            [tensor("x", [1, 2])],
            ["y"],
        )
        graph = load_onnx(source)
        assert names(graph) == ["Add"]
        assert graph.constants["c"].dtype == np.float32


def test_every_operator_file_defines_one_operator():
    assert len(operators()) >= 27
    for (domain, name), operator in operators().items():
        assert operator.onnx_name == name
        assert domain in {"", "ai.onnx.ml", "com.microsoft"}
        assert operator.__doc__ is not None
        for section in ("Shape:", "Numerics:", "Source:"):
            assert section in operator.__doc__, f"{name} has no section {section}"


def test_dimensions_that_paddle_leaves_open_are_told_apart():
    graph = load_onnx(linear("?"), {"x.0": 3})
    assert graph.inputs[0].shape == (3, 4)
