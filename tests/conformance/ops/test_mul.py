from modulus.ops.mul import Mul
from tests.conformance.suite import case, operator_suite, weights

test_mul = operator_suite(
    Mul,
    cases=[
        case((2, 3), (2, 3)),
        case((2, 1, 5), (4, 1)),
        case((2, 3), weights(3), depth=1),
        case(weights(2, 1), (2, 3), depth=1),
        case((2, 3, 4), weights(1), depth=1),
        case((1, 3, 2, 2), weights(1, 3, 1, 1), depth=1, note="per channel"),
        case((2, 3), weights(2, 3), depth=1, note="per element"),
    ],
)
