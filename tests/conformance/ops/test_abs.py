from modulus.ops.abs import Abs
from tests.conformance.suite import case, operator_suite

test_abs = operator_suite(
    Abs,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
    ],
)
