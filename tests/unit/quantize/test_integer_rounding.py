"""Rounding to integers: ties, the integers that weights were, the steps of inputs."""

from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper

from modulus.frontend import load_onnx
from modulus.quantize import quantize
from modulus.quantize.grid import grid
from tests.conformance.proving import prove_and_verify
from tests.conformance.suite import original
from tests.unit.frontend.models import model, random, tensor

node = helper.make_node


@pytest.mark.parametrize("shape", [[13], [1, 13], []])
def test_ties_go_to_the_even_integer(shape: list[int]):
    source = model(
        [node("Mul", ["x", "half"], ["h"]), node("Round", ["h"], ["y"])],
        [tensor("x", shape)],
        ["y"],
        {"half": np.array(0.5, np.float32)},
    )
    # Units of 2^-8, so that the inputs are exact and every other one meets a tie.
    reach = (2**15 - 1) / 2**8 / 1.5
    built = quantize(load_onnx(source), {"x": (-reach, reach)})
    for start in (-6, 7) if not shape else (-6,):
        run = {"x": np.arange(start, start + 13)[: int(np.prod(shape))].astype(np.float32)}
        run["x"] = run["x"].reshape(shape)
        np.testing.assert_array_equal(built.run(run)["y"], original(source)(run)["y"])
        prove_and_verify(built, built.quantize_inputs(run))


@pytest.mark.parametrize("inner", [(0,), (1,), (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("largest", [1, 7, 127, 255])
def test_integers_of_weights_are_found_again(inner: tuple[int, ...], largest: int):
    generator = np.random.default_rng(largest)
    whole = generator.integers(-largest, largest + 1, (6, 5, 7))
    extents = [1 if axis in inner else n for axis, n in enumerate(whole.shape)]
    steps = generator.uniform(0.001, 0.1, extents).astype(np.float32)
    weight = (whole.astype(np.float32) * steps).astype(np.float64)
    found = grid(weight, inner)
    assert found is not None
    assert found.shape == steps.shape
    multiples = weight / found
    np.testing.assert_allclose(multiples, np.round(multiples), atol=1e-4)
    assert np.abs(multiples).max() < 255.5


def test_real_weights_are_on_no_grid():
    assert grid(random((8, 30)).astype(np.float64), (1,)) is None


def test_channels_of_zeros_are_on_every_grid():
    found = grid(np.zeros((2, 3)), (1,))
    assert found is not None
    assert (found > 0).all()


QUANTIZE = node("QuantizeLinear", ["x", "step", "zero"], ["q"])
HELD: dict[str, NDArray[Any]] = {"step": np.array(0.125, np.float32), "zero": np.array(3, np.int8)}


def test_inputs_that_the_model_rounds_take_its_step():
    source = model([QUANTIZE], [tensor("x", [4])], ["q"], HELD)
    source.graph.output[0].type.tensor_type.elem_type = 3
    graph = quantize(load_onnx(source), {"x": (-2.0, 2.0)})
    assert graph.inputs[0].value.scale == 0.125
    # 0.0625 and 0.1875 are ties; the last one is clamped.
    run = {"x": np.array([0.0625, 0.1875, -1.0, 500.0], np.float32)}
    np.testing.assert_array_equal(graph.run(run)["q"], [3, 5, -5, 127])


def test_inputs_that_are_also_read_otherwise_keep_their_own_scale():
    source = model([QUANTIZE, node("Relu", ["x"], ["y"])], [tensor("x", [4])], ["q", "y"], HELD)
    source.graph.output[0].type.tensor_type.elem_type = 3
    graph = quantize(load_onnx(source), {"x": (-2.0, 2.0)})
    assert graph.inputs[0].value.scale < 1e-3


@pytest.mark.parametrize(
    "comparing",
    [
        node("Relu", ["h"], ["r"]),
        node("Clip", ["h", "low", "high"], ["r"]),
        node("MaxPool", ["h"], ["r"], kernel_shape=[2]),
    ],
    ids=lambda entry: entry.op_type,
)
def test_rounding_goes_before_what_only_compares(comparing: onnx.NodeProto):
    nodes = [
        node("Conv", ["x", "w"], ["h"]),
        comparing,
        node("QuantizeLinear", ["r", "step", "zero"], ["y"]),
    ]
    bounds = {"low": np.array(-0.4, np.float32), "high": np.array(0.9, np.float32)}
    constants = HELD | {"w": random((2, 3, 1))} | bounds
    source = model(nodes, [tensor("x", [1, 3, 8])], ["y"], constants)
    source.graph.output[0].type.tensor_type.elem_type = 3
    graph = load_onnx(source)
    kinds = [entry.operator.onnx_name for entry in graph.nodes]
    assert kinds.index("Round") < kinds.index(comparing.op_type)
    built = quantize(graph, {"x": (-4.0, 4.0)})
    integers = built.quantize_inputs({"x": random((1, 3, 8), 1)})
    rounded = (integers["x"] * built.inputs[0].value.scale).astype(np.float32)
    expected = original(source)({"x": rounded})["y"]
    np.testing.assert_array_equal(built.real_outputs(built.execute(integers))["y"], expected)
