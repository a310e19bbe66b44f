from modulus.ops.reduce_max import ReduceMax
from tests.conformance.suite import case, operator_suite, whole

test_reduce_max = operator_suite(
    ReduceMax,
    cases=[
        case((2, 3, 5), axes=[1]),
        case((2, 3, 5), axes=[-1, 0], keepdims=0),
        case((4, 6)),
        case((7,), keepdims=0),
        case((2, 3, 5), whole(2), opset=18),
    ],
)
