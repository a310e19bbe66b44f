from modulus.ops.p_relu import PRelu
from tests.conformance.suite import case, operator_suite, weights

test_p_relu = operator_suite(
    PRelu,
    cases=[
        case((2, 17), weights(17)),
        case((2, 3, 5), weights(3, 1)),
        case((2, 5), weights(1)),
    ],
)
