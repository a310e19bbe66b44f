import pytest
from onnx import TensorProto

from modulus.errors import UnsupportedOperatorError
from modulus.frontend import load_onnx
from modulus.ops.cast import Cast
from tests.conformance.suite import Indices, case, one_node_model, operator_suite

test_cast = operator_suite(
    Cast,
    cases=[
        case((2, 3), to=TensorProto.FLOAT),
        case((2, 3), to=TensorProto.DOUBLE, outputs=(TensorProto.DOUBLE,)),
        case((2, 17), to=TensorProto.INT64, outputs=(TensorProto.INT64,), spread=5),
        case((2, 17), to=TensorProto.BOOL, outputs=(TensorProto.BOOL,)),
        case(Indices((3, 5), 3), to=TensorProto.FLOAT),
        case(Indices((3, 5), 3), to=TensorProto.BOOL, outputs=(TensorProto.BOOL,)),
        case(Indices((3, 5), 90), to=TensorProto.INT32, outputs=(TensorProto.INT32,)),
    ],
)


def test_text_is_refused() -> None:
    model = one_node_model(Cast, case((2, 3), to=TensorProto.STRING, outputs=(TensorProto.STRING,)))
    with pytest.raises(UnsupportedOperatorError, match="to=8"):
        load_onnx(model)
