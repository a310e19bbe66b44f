from modulus.ops.atanh import Atanh
from tests.conformance.suite import case, operator_suite

test_atanh = operator_suite(
    Atanh,
    cases=[
        case((2, 17), spread=0.2),
        case((3, 1, 5), spread=0.3),
    ],
)
