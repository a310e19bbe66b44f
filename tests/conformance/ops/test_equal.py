from onnx import TensorProto

from modulus.ops.equal import Equal
from tests.conformance.suite import Indices, case, operator_suite, weights, whole

TRUTH = (TensorProto.BOOL,)

test_equal = operator_suite(
    Equal,
    cases=[
        case((2, 7), weights(7), outputs=TRUTH),
        case(weights(2, 1), (4, 2, 5), outputs=TRUTH),
        case((3, 5), weights(1), outputs=TRUTH, note="one threshold"),
        case(Indices((3, 4), 3), whole(0, 1, 2, 1), outputs=TRUTH),
        case(Indices((3, 4), 3), Indices((3, 4), 3), outputs=TRUTH),
    ],
)
