from modulus.ops.reduce_sum import ReduceSum
from tests.conformance.suite import case, operator_suite, whole

test_reduce_sum = operator_suite(
    ReduceSum,
    cases=[
        case((2, 3, 5), whole(1)),
        case((2, 3, 5), whole(-1, 0), keepdims=0),
        case((4, 6)),
        case((2, 3, 5), axes=[1], opset=11),
        case((3, 4), noop_with_empty_axes=1, note="nothing to reduce"),
    ],
)
