from modulus.ops.ceil import Ceil
from tests.conformance.suite import case, operator_suite

test_ceil = operator_suite(
    Ceil,
    cases=[
        case((2, 17), spread=3),
        case((3, 1, 5), spread=30),
    ],
)
