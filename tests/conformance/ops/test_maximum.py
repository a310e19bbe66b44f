from modulus.ops.maximum import Max
from tests.conformance.suite import case, operator_suite, weights

test_maximum = operator_suite(
    Max,
    cases=[
        case((2, 17), (2, 17)),
        case((3, 1, 5), (2, 1), (5,)),
        case((2, 3), weights(3)),
        case((4,)),
    ],
)
