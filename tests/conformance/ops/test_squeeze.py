from modulus.ops.squeeze import Squeeze
from tests.conformance.suite import case, operator_suite, whole

test_squeeze = operator_suite(
    Squeeze,
    cases=[
        case((2, 1, 3, 1)),
        case((2, 1, 3, 1), whole(1)),
        case((2, 1, 3, 1), whole(-1, 1)),
        case((2, 1, 3, 1), axes=[1], opset=9),
        case((2, 1, 3, 1), axes=[-3, 3], opset=11),
    ],
)
