from modulus.ops.elu import Elu
from tests.conformance.suite import case, operator_suite

test_elu = operator_suite(
    Elu,
    cases=[
        case((2, 17)),
        case((3, 1, 5), alpha=0.3, spread=3),
    ],
)
