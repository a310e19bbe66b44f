from modulus.ops.reduce_prod import ReduceProd
from tests.conformance.suite import case, operator_suite, whole

test_reduce_prod = operator_suite(
    ReduceProd,
    cases=[
        case((2, 2, 5), axes=[1]),
        case((2, 2, 5), axes=[-2, 0], keepdims=0),
        case((4, 3), axes=[1]),
        case((2, 3, 4), whole(2), opset=18),
        case((3, 2, 2), note="all axes", count=12),
    ],
)
