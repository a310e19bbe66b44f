from modulus.ops.cos import Cos
from tests.conformance.suite import case, operator_suite

test_cos = operator_suite(
    Cos,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
    ],
)
