from modulus.ops.selu import Selu
from tests.conformance.suite import case, operator_suite

test_selu = operator_suite(
    Selu,
    cases=[
        case((2, 17)),
        case((3, 1, 5), alpha=0.3, gamma=2.0, spread=3),
    ],
)
