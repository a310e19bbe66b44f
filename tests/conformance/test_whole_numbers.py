"""Real tensors that hold whole numbers: what follows is as fine as behind any other tensor."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

from modulus.frontend import calibrate, load_onnx
from modulus.quantize import quantize
from tests.conformance.suite import original
from tests.unit.frontend.models import model, random, tensor

node = helper.make_node
SHAPE = (5, 7)
CONSTANTS: dict[str, Any] = {
    "low": np.array(-0.3, np.float32),
    "high": np.array(0.6, np.float32),
    "pads": np.array([1, 1, 1, 1]),
}
ROUNDED = [node("Round", ["x"], ["w"])]
CAST = [node("Cast", ["x"], ["i"], to=7), node("Cast", ["i"], ["w"], to=1)]
TRUTH = [node("Greater", ["x", "low"], ["b"]), node("Cast", ["b"], ["w"], to=1)]


@pytest.mark.parametrize("whole", [ROUNDED, CAST, TRUTH], ids=["round", "cast", "truth"])
@pytest.mark.parametrize(
    "reader",
    [
        node("Concat", ["w", "x"], ["y"], axis=1),
        node("Sub", ["w", "low"], ["y"]),
        node("Clip", ["w", "low", "high"], ["y"]),
        node("Max", ["w", "x"], ["y"]),
        node("Min", ["w", "x"], ["y"]),
        node("Pad", ["w", "pads", "high"], ["y"]),
        node("Softplus", ["w"], ["y"]),
        node("ReduceL2", ["w"], ["y"], axes=[1]),
    ],
    ids=lambda reader: str(reader.op_type),
)
def test_what_reads_whole_numbers_is_not_rounded_to_them(
    whole: list[onnx.NodeProto], reader: onnx.NodeProto
):
    source = model([*whole, reader], [tensor("x", SHAPE)], ["y"], CONSTANTS)
    graph = load_onnx(source)
    samples = random((4, *SHAPE))
    built = quantize(graph, calibrate(graph, {"x": samples}))
    expected = original(source)({"x": samples[0]})["y"]
    assert np.abs(built.run({"x": samples[0]})["y"] - expected).max() < 1e-3
