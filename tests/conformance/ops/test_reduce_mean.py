from modulus.ops.reduce_mean import ReduceMean
from tests.conformance.suite import case, operator_suite, whole

test_reduce_mean = operator_suite(
    ReduceMean,
    cases=[
        case((2, 3, 5), axes=[1]),
        case((2, 3, 5), axes=[-1, 0], keepdims=0),
        case((4, 6)),
        case((7,), keepdims=0),
        case((2, 3, 5), whole(2), opset=18),
    ],
)
