from modulus.ops.unsqueeze import Unsqueeze
from tests.conformance.suite import case, operator_suite, whole

test_unsqueeze = operator_suite(
    Unsqueeze,
    cases=[
        case((2, 3), whole(0)),
        case((2, 3), whole(-1, 1)),
        case((2, 3), axes=[0, 3], opset=9),
        case((2, 3), axes=[-1], opset=11),
        case((1,), whole(0, 2)),
    ],
)
