import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from modulus.errors import UnsupportedOperatorError
from modulus.ops.bit_shift import BitShift
from modulus.quantize import Settings
from modulus.quantize.builder import Builder
from modulus.quantize.operand import Constant
from tests.conformance.suite import Indices, case, check_model


@pytest.mark.parametrize("direction", ["LEFT", "RIGHT"])
def test_bit_shift(direction: str) -> None:
    given = helper.make_tensor_value_info("x0", TensorProto.UINT32, (4, 5))
    result = helper.make_tensor_value_info("y", TensorProto.UINT32, None)
    places = numpy_helper.from_array(np.array(3, np.uint32), "places")
    node = helper.make_node("BitShift", ["x0", "places"], ["y"], direction=direction)
    graph = helper.make_graph([node], "case", [given], [result], initializer=[places])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    check_model(model, case(Indices((4, 5), 1000), note=direction))


@pytest.mark.parametrize("places", [-1.0, 0.5, 40.0])
def test_strange_places_are_refused(places: float) -> None:
    operands = [Constant(np.ones(3)), Constant(np.array(places))]
    with pytest.raises(UnsupportedOperatorError, match="places"):
        BitShift(direction="LEFT").lower(Builder(Settings()), operands)
