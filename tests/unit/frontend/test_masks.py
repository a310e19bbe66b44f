"""Masks that depend on an input: sums with minus infinity become choices."""

from itertools import product
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from modulus.frontend import calibrate, load_onnx
from modulus.quantize import quantize_for
from tests.unit.frontend.models import model, tensor

LOWEST = float(np.finfo(np.float32).min)
UNITS_OF_A_PROBABILITY = 16


def attention(inner: list[onnx.NodeProto], low: float, second: float = 0.0) -> onnx.ModelProto:
    """Scores, plus what the inner nodes make of a mask of integers, in a softmax."""
    causal = np.where(np.tri(4, 6, 1) > 0, 0.0, second).astype(np.float32)
    weights = np.random.default_rng(0).standard_normal((5, 6)).astype(np.float32)
    nodes = [
        helper.make_node("Unsqueeze", ["mask", "axes"], ["kept"]),
        helper.make_node("Cast", ["kept"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["one", "real"], ["left_out"]),
        *inner,
        helper.make_node("Add", ["bias", "causal"], ["biases"]),
        helper.make_node("MatMul", ["x", "weights"], ["scores"]),
        helper.make_node("Add", ["scores", "biases"], ["masked"]),
        helper.make_node("Softmax", ["masked"], ["y"], axis=-1),
    ]
    constants: dict[str, NDArray[Any]] = {
        "axes": np.array([1], np.int64),
        "one": np.array(1, np.float32),
        "zero": np.array(0, np.float32),
        "low": np.array(low, np.float32),
        "causal": causal,
        "weights": weights,
    }
    inputs = [tensor("mask", [2, 6], TensorProto.INT64), tensor("x", [2, 4, 5])]
    return model(nodes, inputs, ["y"], constants)


PRODUCT = [helper.make_node("Mul", ["left_out", "low"], ["bias"])]
FILLED = [
    helper.make_node("Cast", ["left_out"], ["is_left_out"], to=TensorProto.BOOL),
    helper.make_node("Where", ["is_left_out", "low", "left_out"], ["bias"]),
]
CHOSEN = [
    helper.make_node("Cast", ["kept"], ["is_kept"], to=TensorProto.BOOL),
    helper.make_node("Where", ["is_kept", "zero", "low"], ["bias"]),
]


@pytest.mark.parametrize(
    ("inner", "low", "second"),
    [
        (inner, low, second)
        for inner, low, second in product(
            (PRODUCT, FILLED, CHOSEN), (-1e4, LOWEST, -np.inf), (0.0, LOWEST, -np.inf)
        )
        # Zero times infinity is no number.
        if inner is not PRODUCT or low > -np.inf
    ],
)
def test_masks_of_an_input_take_scores_out(
    inner: list[onnx.NodeProto], low: float, second: float
) -> None:
    original = attention(inner, low, second)
    inputs: dict[str, NDArray[Any]] = {
        "mask": np.array([[1, 1, 1, 0, 1, 0], [1, 0, 1, 1, 1, 1]], np.int64),
        "x": np.random.default_rng(1).standard_normal((2, 4, 5)).astype(np.float32),
    }
    graph = load_onnx(original)
    samples = {name: array[None] for name, array in inputs.items()}
    integers, settings = quantize_for(graph, calibrate(graph, samples), [inputs])
    trace = integers.execute(integers.quantize_inputs(inputs))
    session = onnxruntime.InferenceSession(original.SerializeToString())
    (expected,) = session.run(None, inputs)
    (port,) = integers.outputs
    found = trace.value(port.value) * port.value.scale
    assert np.abs(found - expected).max() <= UNITS_OF_A_PROBABILITY / 2**settings.activation_bits


def test_a_sum_of_numbers_stays_a_sum() -> None:
    graph = load_onnx(attention(CHOSEN, -100.0))
    assert [node.operator.onnx_name for node in graph.nodes].count("Add") == 2
