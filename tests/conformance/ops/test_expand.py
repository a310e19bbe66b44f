from modulus.ops.expand import Expand
from tests.conformance.suite import case, operator_suite, whole

test_expand = operator_suite(
    Expand,
    cases=[
        case((3, 1), whole(2, 3, 4)),
        case((2, 3), whole(1, 1)),
        case((1,), whole(5)),
        case((2, 1, 3), whole(2, 4, 3)),
    ],
)
