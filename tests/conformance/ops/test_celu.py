from modulus.ops.celu import Celu
from tests.conformance.suite import case, operator_suite

test_celu = operator_suite(
    Celu,
    cases=[
        case((2, 17)),
        case((3, 1, 5), alpha=2.5, spread=3),
    ],
)
