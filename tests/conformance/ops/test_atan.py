from modulus.ops.atan import Atan
from tests.conformance.suite import case, operator_suite

test_atan = operator_suite(
    Atan,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
    ],
)
