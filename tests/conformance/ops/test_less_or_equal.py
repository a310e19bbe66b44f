from onnx import TensorProto

from modulus.ops.less_or_equal import LessOrEqual
from tests.conformance.suite import case, operator_suite, weights

TRUTH = (TensorProto.BOOL,)

test_less_or_equal = operator_suite(
    LessOrEqual,
    cases=[
        case((2, 7), weights(7), outputs=TRUTH),
        case(weights(2, 1), (4, 2, 5), outputs=TRUTH),
        case((3, 5), weights(1), outputs=TRUTH, note="one threshold"),
        case((2, 17), (2, 17), outputs=TRUTH),
        case((3, 1, 5), (2, 1), outputs=TRUTH),
    ],
)
