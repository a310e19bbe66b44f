from modulus.ops.reshape import Reshape
from tests.conformance.suite import case, operator_suite, whole

test_reshape = operator_suite(
    Reshape,
    cases=[
        case((2, 6), whole(3, 4)),
        case((2, 6), whole(-1)),
        case((2, 3, 5), whole(0, -1)),
        case((2, 3, 5), whole(5, 0, -1), note="zero copies"),
        case((2, 3, 5), whole(1, 30, 1)),
        case((2, 3, 5), whole(15, 2), opset=9),
        case((3, 8), whole(3, 2, 4), allowzero=1),
        case((4, 4), whole(2, 8)),
        case((6, 1, 7), whole(7, 6)),
    ],
)
