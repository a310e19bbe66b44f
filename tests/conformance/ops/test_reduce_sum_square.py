from modulus.ops.reduce_sum_square import ReduceSumSquare
from tests.conformance.suite import case, operator_suite, whole

test_reduce_sum_square = operator_suite(
    ReduceSumSquare,
    cases=[
        case((2, 3, 5), axes=[1]),
        case((2, 3, 5), axes=[-1, 0], keepdims=0),
        case((4, 6)),
        case((7,), keepdims=0),
        case((2, 3, 5), whole(2), opset=18),
    ],
)
