from modulus.ops.mean import Mean
from tests.conformance.suite import case, operator_suite

test_mean = operator_suite(
    Mean,
    cases=[
        case((2, 17), (2, 17)),
        case((3, 1, 5), (2, 1), (5,)),
        case((4,)),
    ],
)
