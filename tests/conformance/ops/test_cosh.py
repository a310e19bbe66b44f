from modulus.ops.cosh import Cosh
from tests.conformance.suite import case, operator_suite

test_cosh = operator_suite(
    Cosh,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=0.3),
    ],
)
