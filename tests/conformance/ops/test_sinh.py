from modulus.ops.sinh import Sinh
from tests.conformance.suite import case, operator_suite

test_sinh = operator_suite(
    Sinh,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=0.3),
    ],
)
