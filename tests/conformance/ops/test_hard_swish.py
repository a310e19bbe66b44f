from modulus.ops.hard_swish import HardSwish
from tests.conformance.suite import case, operator_suite

test_hard_swish = operator_suite(
    HardSwish,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
    ],
)
