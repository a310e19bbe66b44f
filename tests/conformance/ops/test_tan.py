from modulus.ops.tan import Tan
from tests.conformance.suite import case, operator_suite

test_tan = operator_suite(
    Tan,
    cases=[
        case((2, 17), spread=0.2),
        case((3, 1, 5), spread=0.3),
    ],
)
