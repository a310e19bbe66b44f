from onnx import TensorProto

from modulus.ops.arg_min import ArgMin
from tests.conformance.suite import Indices, case, operator_suite

PLACE = (TensorProto.INT64,)

test_arg_min = operator_suite(
    ArgMin,
    cases=[
        case((2, 7), outputs=PLACE),
        case((2, 3, 5), axis=1, keepdims=0, outputs=PLACE),
        case((4, 33), axis=-1, outputs=PLACE),
        case(Indices((3, 9), 3), axis=1, outputs=PLACE, note="ties"),
        case(Indices((3, 9), 3), axis=1, select_last_index=1, outputs=PLACE, note="ties"),
    ],
)
