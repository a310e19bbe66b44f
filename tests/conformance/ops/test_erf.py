from modulus.ops.erf import Erf
from tests.conformance.suite import case, operator_suite

test_erf = operator_suite(
    Erf,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
    ],
)
