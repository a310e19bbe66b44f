"""Malformed and hostile models: each must end in a typed error, quickly and in little memory."""

import contextlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

from modulus.errors import ModelError, ModulusError, ShapeError
from modulus.frontend import load_onnx
from tests.unit.frontend.models import linear, model, random, tensor

node = helper.make_node


@pytest.mark.parametrize("data", [b"", b"\x00", b"not a model", b"\xff" * 100])
def test_bytes_that_are_no_model(data: bytes):
    with pytest.raises(ModelError):
        load_onnx(data)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_files_never_escape_the_error_types(data: st.DataObject):
    original = bytearray(linear().SerializeToString())
    position = data.draw(st.integers(0, len(original) - 1))
    original[position] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(position, len(original)))
    with contextlib.suppress(ModulusError):
        load_onnx(bytes(original[:end]))


def test_names_that_are_no_text():
    data = linear().SerializeToString().replace(b"product", b"pro\xffuct")
    with pytest.raises(ModelError, match="UTF-8"):
        load_onnx(data)


def test_element_types_that_do_not_exist():
    source = linear()
    source.graph.input[0].type.tensor_type.elem_type = 99
    with pytest.raises(ModelError):
        load_onnx(source)


def test_missing_file(tmp_path: Path):
    with pytest.raises(ModelError, match="cannot read"):
        load_onnx(tmp_path / "absent.onnx")
    with pytest.raises(ModelError, match="not a file"):
        load_onnx(tmp_path)


def test_cycle_is_named():
    source = model(
        [
            node("Add", ["x", "b"], ["a"], name="one"),
            node("Relu", ["a"], ["b"], name="two"),
        ],
        [tensor("x", [4])],
        ["b"],
    )
    with pytest.raises(ModelError, match=r"cycle.*'one'.*'two'"):
        load_onnx(source)


def test_unsorted_nodes_are_told_from_a_cycle():
    source = linear()
    first, second = source.graph.node
    del source.graph.node[:]
    source.graph.node.extend([second, first])
    with pytest.raises(ModelError, match="only a later node makes"):
        load_onnx(source)


def test_missing_initialiser_is_named():
    source = linear()
    del source.graph.initializer[:]
    with pytest.raises(ModelError, match=r"'product'.*'w'"):
        load_onnx(source)


def test_missing_output_is_named():
    source = linear()
    source.graph.output[0].name = "absent"
    with pytest.raises(ModelError, match="'absent'"):
        load_onnx(source)


def test_tensor_defined_twice_is_named():
    source = linear()
    source.graph.node[0].output[0] = "y"
    with pytest.raises(ModelError, match="'y' is defined twice"):
        load_onnx(source)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite(value: float):
    weight = random((4, 3))
    weight[1, 2] = value
    with pytest.raises(ModelError, match=r"'w'.*'product'.*\(1, 2\)"):
        load_onnx(linear(weight=weight))


def test_infinite_clip_bounds_are_no_weights():
    source = model(
        [node("Clip", ["x", "low", "high"], ["y"])],
        [tensor("x", [4])],
        ["y"],
        {"low": np.array(-np.inf, np.float32), "high": np.array(6, np.float32)},
    )
    assert len(load_onnx(source).nodes) == 1


def test_shapes_that_do_not_fit():
    with pytest.raises(ShapeError):
        load_onnx(linear(weight=random((5, 3))))


def test_inputs_that_are_not_numbers():
    kind = onnx.TensorProto.COMPLEX64
    source = model([node("Identity", ["x"], ["y"])], [tensor("x", [4], kind)], ["y"])
    with pytest.raises(ModelError, match="complex64"):
        load_onnx(source)


def test_declared_sizes_are_checked_before_memory_is_taken():
    source = linear()
    weight = source.graph.initializer[0]
    weight.ClearField("raw_data")
    del weight.dims[:]
    weight.dims.extend([1 << 30, 1 << 30])
    with pytest.raises(ModelError):
        load_onnx(source)


def test_data_shorter_than_declared():
    source = linear()
    source.graph.initializer[0].raw_data = b"\x00" * 7
    with pytest.raises(ModelError):
        load_onnx(source)


def test_constants_that_explode_are_not_evaluated():
    source = model(
        [
            node("ConstantOfShape", ["s"], ["c"]),
            node("ReduceSum", ["c"], ["r"]),
            node("Add", ["x", "r"], ["y"]),
        ],
        [tensor("x", [4])],
        ["y"],
        {"s": np.array([1 << 20, 1 << 20])},
    )
    with pytest.raises(ModulusError):
        load_onnx(source)


def test_huge_inputs_are_refused():
    source = model([node("Relu", ["x"], ["y"])], [tensor("x", [1 << 20, 1 << 20])], ["y"])
    with pytest.raises(ShapeError, match="elements"):
        load_onnx(source)


def test_empty_tensors_are_refused():
    source = model(
        [node("Slice", ["x", "s", "e"], ["y"])],
        [tensor("x", [4])],
        ["y"],
        {"s": np.array([2]), "e": np.array([2])},
    )
    with pytest.raises(ShapeError, match="empty"):
        load_onnx(source)


def test_outputs_that_no_input_reaches():
    source = model(
        [node("Relu", ["x"], ["y"]), node("Relu", ["w"], ["z"])],
        [tensor("x", [4])],
        ["y", "z"],
        {"w": random((4,))},
    )
    with pytest.raises(ModelError, match="'z' is not computed"):
        load_onnx(source)


def external(source: onnx.ModelProto, location: str) -> onnx.ModelProto:
    weight = source.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = onnx.TensorProto.EXTERNAL
    weight.external_data.add(key="location", value=location)
    return source


def test_external_data_beside_the_model_is_read(tmp_path: Path):
    weight = random((4, 3))
    (tmp_path / "weights.bin").write_bytes(weight.tobytes())
    path = tmp_path / "net.onnx"
    path.write_bytes(external(linear(), "weights.bin").SerializeToString())
    np.testing.assert_array_equal(load_onnx(path).constants["w"], weight)


@pytest.mark.parametrize(
    "location", ["../secret.bin", "/etc/hostname", "link.bin", "", "absent.bin"]
)
def test_external_data_elsewhere_is_refused(tmp_path: Path, location: str):
    (tmp_path / "secret.bin").write_bytes(random((4, 3)).tobytes())
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    path = folder / "net.onnx"
    path.write_bytes(external(linear(), location).SerializeToString())
    with pytest.raises(ModelError, match="'w'"):
        load_onnx(path)


def test_external_data_of_functions_is_looked_at_too(tmp_path: Path):
    (tmp_path / "secret.bin").write_bytes(random((4,)).tobytes())
    held = external(model([], [], [], {"c": random((4,))}), "../secret.bin").graph.initializer[0]
    body = [node("Constant", [], ["c"], value=held), node("Add", ["a", "c"], ["b"])]
    source = model([node("f", ["x"], ["y"], domain="own")], [tensor("x", [4])], ["y"])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    source.opset_import.append(opsets[1])
    source.functions.append(helper.make_function("own", "f", ["a"], ["b"], body, opsets))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "net.onnx").write_bytes(source.SerializeToString())
    with pytest.raises(ModelError, match="outside the model's folder"):
        load_onnx(folder / "net.onnx")
    with pytest.raises(ModelError, match="external file"):
        load_onnx(source)


def test_external_data_needs_a_path():
    with pytest.raises(ModelError, match="external file"):
        load_onnx(external(linear(), "weights.bin").SerializeToString())


def test_external_data_beyond_the_file(tmp_path: Path):
    (tmp_path / "weights.bin").write_bytes(b"\x00" * 10)
    source = external(linear(), "weights.bin")
    source.graph.initializer[0].external_data.add(key="length", value="48")
    path = tmp_path / "net.onnx"
    path.write_bytes(source.SerializeToString())
    with pytest.raises(ModelError, match="outside"):
        load_onnx(path)
