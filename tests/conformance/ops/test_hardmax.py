from modulus.ops.hardmax import Hardmax
from tests.conformance.suite import case, operator_suite

test_hardmax = operator_suite(
    Hardmax,
    cases=[
        case((2, 7)),
        case((2, 3, 5), axis=1),
        case((3, 1)),
    ],
)
