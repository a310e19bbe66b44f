from modulus.ops.mat_mul import MatMul
from tests.conformance.suite import case, operator_suite, weights

test_mat_mul = operator_suite(
    MatMul,
    cases=[
        case((2, 3), weights(3, 5), depth=3),
        case((4, 2, 3), weights(3, 5), depth=3),
        case((2, 1, 2, 3), weights(4, 3, 5), depth=3, note="a stack of weights"),
        case((4, 2, 3), weights(4, 3, 5), depth=3),
        case((2, 3), weights(4, 3, 5), depth=3),
        case((3,), weights(3, 5), depth=3),
        case((2, 3), weights(3), depth=3),
        case((3,), weights(3), depth=3),
        case(weights(2, 3), (3, 5), depth=3),
        case(weights(2, 3), (4, 3, 1), depth=3),
        case(weights(3), (4, 3, 5), depth=3),
        case((2, 3), (3, 5)),
        case((4, 2, 3), (4, 3, 5)),
        case((2, 1, 2, 3), (4, 3, 5), note="stacks broadcast"),
        case((3,), (3,)),
        case((1, 3), (3, 1)),
        case((5, 2, 3), (3,)),
    ],
)
