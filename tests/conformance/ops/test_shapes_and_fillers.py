"""Operators that are computed when the model is read, beside one that is not."""

from collections.abc import Sequence

import numpy as np
import pytest
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from modulus.errors import ShapeError
from modulus.ops import Operator
from modulus.ops.constant_of_shape import ConstantOfShape
from modulus.ops.eye_like import EyeLike
from modulus.ops.range import Range
from modulus.ops.shape import Shape
from modulus.ops.size import Size
from modulus.quantize import Settings
from modulus.quantize.builder import Builder
from modulus.quantize.operand import Constant
from tests.conformance.suite import case, check_model


def model(nodes: Sequence[NodeProto], constants: Sequence[TensorProto] = ()) -> ModelProto:
    """y = x + "made", which the nodes make of x: [3, 5]."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, (3, 5))
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    add = helper.make_node("Add", ["x", "made"], ["y"])
    graph = helper.make_graph([*nodes, add], "case", [x], [y], initializer=list(constants))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def cast(name: str) -> NodeProto:
    return helper.make_node("Cast", [name], ["made"], to=TensorProto.FLOAT)


def number(name: str, real: float) -> TensorProto:
    return numpy_helper.from_array(np.array(real, np.float32), name)


HALF = numpy_helper.from_array(np.array([0.5], np.float32))
MODELS = {
    "Shape": model([helper.make_node("Shape", ["x"], ["s"], start=1), cast("s")]),
    "Size": model([helper.make_node("Size", ["x"], ["s"]), cast("s")]),
    "ConstantOfShape": model(
        [
            helper.make_node("Shape", ["x"], ["s"]),
            helper.make_node("ConstantOfShape", ["s"], ["made"], value=HALF),
        ]
    ),
    "EyeLike": model([helper.make_node("EyeLike", ["x"], ["made"], k=1)]),
    "Range": model(
        [helper.make_node("Range", ["a", "b", "c"], ["made"])],
        [number("a", 0.5), number("b", 1.5), number("c", 0.2)],
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_computed_at_import(name: str) -> None:
    check_model(MODELS[name], case((3, 5), note=name))


LOWERED: list[tuple[Operator, list[list[float]], list[float]]] = [
    (Shape(start=1), [[1.0, 2.0, 3.0]], []),
    (Shape(), [[1.0, 2.0, 3.0]], [3]),
    (Size(), [[1.0, 2.0, 3.0]], [3]),
    (ConstantOfShape(), [[2.0]], [0, 0]),
    (Range(), [[1.0], [4.0], [2.0]], [1, 3]),
]


@pytest.mark.parametrize(("operator", "given", "expected"), LOWERED)
def test_lowered(operator: Operator, given: list[list[float]], expected: list[float]) -> None:
    (result,) = operator.lower(Builder(Settings()), [Constant(np.array(g)) for g in given])
    assert isinstance(result, Constant)
    assert result.array.reshape(-1).tolist() == expected


def test_eye_of_a_vector_is_refused() -> None:
    with pytest.raises(ShapeError, match="no matrix"):
        EyeLike().lower(Builder(Settings()), [Constant(np.ones(3))])


def test_a_range_without_a_step_is_refused() -> None:
    with pytest.raises(ShapeError, match="zero"):
        Range().lower(Builder(Settings()), [Constant(np.array(float(k))) for k in (1, 2, 0)])
