from modulus.ops.reduce_l1 import ReduceL1
from tests.conformance.suite import case, operator_suite, whole

test_reduce_l1 = operator_suite(
    ReduceL1,
    cases=[
        case((2, 3, 5), axes=[1]),
        case((2, 3, 5), axes=[-1, 0], keepdims=0),
        case((4, 6)),
        case((7,), keepdims=0),
        case((2, 3, 5), whole(2), opset=18),
    ],
)
