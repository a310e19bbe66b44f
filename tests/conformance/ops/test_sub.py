from modulus.ops.sub import Sub
from tests.conformance.suite import case, operator_suite, weights

test_sub = operator_suite(
    Sub,
    cases=[
        case((2, 3), (2, 3)),
        case((2, 1, 5), (4, 1)),
        case((2, 3), weights(3)),
        case(weights(2, 1), (2, 3)),
        case(weights(1), (1, 1)),
    ],
)
