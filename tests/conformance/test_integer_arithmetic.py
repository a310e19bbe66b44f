"""Arithmetic of nodes of an integer type: every integer is that of ONNX Runtime."""

from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from modulus.errors import QuantizationError
from modulus.frontend import calibrate, load_onnx
from modulus.quantize import quantize
from tests.conformance.proving import prove_and_verify
from tests.conformance.suite import original
from tests.unit.frontend.models import model, tensor

Inputs = dict[str, list[int]]
Constants = dict[str, NDArray[Any]]

node = helper.make_node
MATRIX = np.arange(-6, 6).reshape(3, 4)
DIVISORS = np.array([100, -7, 5, 3])


def integer_model(nodes: list[onnx.NodeProto], inputs: Inputs, constants: Constants) -> Any:
    ports = [tensor(name, shape, TensorProto.INT64) for name, shape in inputs.items()]
    source = model(nodes, ports, ["y"], constants)
    source.graph.output[0].type.tensor_type.elem_type = TensorProto.INT64
    return source


def draw(inputs: Inputs, reach: int) -> list[dict[str, NDArray[Any]]]:
    """Random integers; the divisor d is never zero."""
    generator = np.random.default_rng(0)
    runs = []
    for _ in range(4):
        run = {name: generator.integers(-reach, reach + 1, shape) for name, shape in inputs.items()}
        if "d" in run:
            run["d"][run["d"] == 0] = 1
        runs.append(run)
    return runs


@pytest.mark.parametrize(
    ("nodes", "inputs", "constants"),
    [
        ([node("Div", ["x", "d"], ["y"])], {"x": [3, 4], "d": [3, 4]}, {}),
        ([node("Div", ["x", "d"], ["y"])], {"x": [3, 4], "d": [4]}, {}),
        ([node("Div", ["x", "c"], ["y"])], {"x": [3, 4]}, {"c": np.array(-7)}),
        ([node("Div", ["c", "d"], ["y"])], {"d": [3, 4]}, {"c": DIVISORS}),
        ([node("Mul", ["x", "d"], ["y"])], {"x": [3, 4], "d": [4]}, {}),
        ([node("Mul", ["x", "d"], ["y"])], {"x": [3, 1], "d": [1, 5]}, {}),
        ([node("Mul", ["x", "c"], ["y"])], {"x": [3, 4]}, {"c": np.array(-7)}),
        ([node("Mul", ["x", "c"], ["y"])], {"x": [3, 4]}, {"c": MATRIX}),
        ([node("Add", ["x", "d"], ["y"])], {"x": [3, 4], "d": [4]}, {}),
        (
            [
                node("Sub", ["x", "d"], ["m"]),
                node("Mul", ["m", "x"], ["p"]),
                node("Add", ["p", "c"], ["y"]),
            ],
            {"x": [3, 4], "d": [4]},
            {"c": MATRIX * 3},
        ),
        (
            [node("MatMul", ["x", "c"], ["m"]), node("Add", ["m", "b"], ["y"])],
            {"x": [5, 3]},
            {"c": MATRIX, "b": np.array([1, 2, 3, -4])},
        ),
        ([node("MatMul", ["x", "d"], ["y"])], {"x": [5, 3], "d": [3, 2]}, {}),
        (
            [node("Max", ["x", "c"], ["m"]), node("Neg", ["m"], ["y"])],
            {"x": [5, 3]},
            {"c": np.array([1, 2, -70])},
        ),
    ],
    ids=lambda entry: (
        " ".join(inner.op_type for inner in entry) if isinstance(entry, list) else None
    ),
)
def test_integers_are_exact(nodes: list[onnx.NodeProto], inputs: Inputs, constants: Constants):
    source = integer_model(nodes, inputs, constants)
    graph = load_onnx(source)
    runs = draw(inputs, 100)
    samples = {name: np.stack([run[name] for run in runs]) for name in inputs}
    integers = quantize(graph, calibrate(graph, samples))
    reference = original(source)
    for run in runs:
        found = integers.run(run)["y"]
        np.testing.assert_array_equal(found, reference(run)["y"])
        assert found.dtype == np.int64
    prove_and_verify(integers, integers.quantize_inputs(runs[0]))


def test_integers_that_would_be_rounded_are_refused():
    inputs = {"x": [4]}
    powers = [
        node("Mul", ["x", "x"], ["x2"]),
        node("Mul", ["x2", "x2"], ["x4"]),
        node("Mul", ["x4", "x4"], ["y"]),
    ]
    graph = load_onnx(integer_model(powers, inputs, {}))
    with pytest.raises(QuantizationError, match="too wide"):
        quantize(graph, dict.fromkeys(inputs, (-1000.0, 1000.0)))
