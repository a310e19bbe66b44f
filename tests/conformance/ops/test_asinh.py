from modulus.ops.asinh import Asinh
from tests.conformance.suite import case, operator_suite

test_asinh = operator_suite(
    Asinh,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
    ],
)
