from modulus.ops.minimum import Min
from tests.conformance.suite import case, operator_suite, weights

test_minimum = operator_suite(
    Min,
    cases=[
        case((2, 17), (2, 17)),
        case((3, 1, 5), (2, 1), (5,)),
        case((2, 3), weights(3)),
        case((4,)),
    ],
)
