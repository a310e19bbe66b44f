from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

import modulus
from modulus.errors import ModelError, ModulusError, ShapeError
from modulus.frontend import load_onnx
from tests.unit.frontend.models import model, random, tensor


def switched() -> onnx.ModelProto:
    """y = x W if rate is 16000, else 2 x; as speech models choose by sampling rate."""
    product = helper.make_node("MatMul", ["x", "w"], ["product"], name="product")
    double = helper.make_node("Add", ["x", "x"], ["double"], name="double")
    branches = {
        "then_branch": helper.make_graph([product], "then", [], [tensor("product", None)]),  # type: ignore[arg-type]
        "else_branch": helper.make_graph([double], "else", [], [tensor("double", None)]),  # type: ignore[arg-type]
    }
    return model(
        [
            helper.make_node("Equal", ["rate", "expected"], ["condition"], name="equal"),
            helper.make_node("If", ["condition"], ["y"], name="choice", **branches),
        ],
        [tensor("x", [1, 4]), tensor("rate", [], onnx.TensorProto.INT64)],
        ["y"],
        {"expected": np.array(16000, np.int64), "w": random((4, 4))},
    )


@pytest.mark.parametrize(("rate", "operator"), [(16000, "MatMul"), (8000, "Add")])
def test_a_fixed_input_chooses_the_branch_and_disappears(rate: int, operator: str):
    graph = load_onnx(switched(), fixed_inputs={"rate": rate})
    assert [type(node.operator).__name__ for node in graph.nodes] == [operator]
    assert [info.name for info in graph.inputs] == ["x"]


def test_without_it_the_branch_is_open():
    with pytest.raises(ModulusError, match="condition depends on the model's input"):
        load_onnx(switched())


def test_a_model_with_a_fixed_input_is_compiled_and_run():
    x = random((1, 4), seed=1)
    net = modulus.compile(
        switched(),
        {"x": random((16, 4), seed=2)},
        fixed_inputs={"rate": np.int64(16000)},
        weights="public",
        transparent_only=True,
    )
    assert np.abs(net.run(x)["y"] - x @ random((4, 4))).max() < 1e-3
    assert net.report["options"]["fixed_inputs"] == {"rate": 16000}


@pytest.mark.parametrize(
    ("fixed", "error"),
    [
        ({"pace": 1}, ModelError),
        ({"rate": 0.5}, ModelError),
        ({"rate": float("nan")}, ModelError),
        ({"rate": "fast"}, ModelError),
        ({"rate": [16000]}, ShapeError),
        ({"x": [[1.0, 2.0]]}, ShapeError),
        ({"x": float("inf"), "rate": 16000}, ModelError),
        ({"x": 0, "rate": 16000}, ModelError),
    ],
)
def test_what_does_not_fit_is_refused(fixed: dict[str, Any], error: type[ModulusError]):
    with pytest.raises(error):
        load_onnx(switched(), fixed_inputs=fixed)
