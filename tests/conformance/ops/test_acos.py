from modulus.ops.acos import Acos
from tests.conformance.suite import case, operator_suite

test_acos = operator_suite(
    Acos,
    cases=[
        case((2, 17), spread=0.2),
        case((3, 1, 5), spread=0.3),
    ],
)
