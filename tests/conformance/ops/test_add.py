from modulus.ops.add import Add
from tests.conformance.suite import case, operator_suite, weights

test_add = operator_suite(
    Add,
    cases=[
        case((2, 3), (2, 3)),
        case((2, 3), (3,), note="broadcast"),
        case((2, 1, 5), (4, 1)),
        case((1,), (5, 7)),
        case((2, 3), weights(2, 3)),
        case(weights(1, 3, 1), (2, 3, 4)),
        case((3, 1), weights(5), note="a constant widens the result"),
        case((2, 3), weights(1), opset=9),
    ],
)
