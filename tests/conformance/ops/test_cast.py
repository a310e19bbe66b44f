import onnx
import pytest

from modulus.errors import UnsupportedOperatorError
from modulus.frontend import load_onnx
from modulus.ops.cast import Cast
from tests.conformance.suite import case, one_node_model, operator_suite

test_cast = operator_suite(
    Cast,
    cases=[
        case((2, 3), to=onnx.TensorProto.FLOAT),
        case((2, 3), to=onnx.TensorProto.DOUBLE, opset=9),
    ],
)


@pytest.mark.parametrize("kind", [onnx.TensorProto.INT32, onnx.TensorProto.FLOAT16])
def test_casts_that_round_are_unsupported(kind: int):
    with pytest.raises(UnsupportedOperatorError, match=f"to={kind}"):
        load_onnx(one_node_model(Cast, case((2, 3), to=kind)))
