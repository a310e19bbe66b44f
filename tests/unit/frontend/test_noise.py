import numpy as np
import pytest
from onnx import TensorProto, helper

from modulus.frontend import load_onnx, noise
from tests.unit.frontend.models import model, random, tensor

node = helper.make_node


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        (TensorProto.INT8, -128, 127),
        (TensorProto.UINT8, 0, 255),
        (TensorProto.BOOL, 0, 1),
        (TensorProto.INT64, 0, 99),
        (TensorProto.INT32, 0, 99),
    ],
)
def test_integers_are_integers_of_their_type(kind: int, low: int, high: int):
    source = model([node("Cast", ["x"], ["y"], to=1)], [tensor("x", [50], kind)], ["y"])
    graph = load_onnx(source)
    array = noise(graph)["x"]
    assert array.dtype == graph.inputs[0].dtype
    assert (array.min(), array.max()) == (low, high)


def test_places_lie_inside_what_they_index():
    source = model(
        [
            node("Unsqueeze", ["tokens", "axis"], ["column"]),
            node("Gather", ["table", "column"], ["y"]),
        ],
        [tensor("tokens", [9], TensorProto.INT64)],
        ["y"],
        {"table": random((7, 3)), "axis": np.array([1])},
    )
    array = noise(load_onnx(source))["tokens"]
    assert set(array.reshape(-1)) == set(range(7))


def test_reals_have_variance_one():
    source = model([node("Relu", ["x"], ["y"])], [tensor("x", [100])], ["y"])
    array = noise(load_onnx(source))["x"]
    assert array.dtype == np.float32
    assert 0.9 < array.std() < 1.1
