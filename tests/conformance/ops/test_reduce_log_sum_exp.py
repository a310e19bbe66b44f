from modulus.ops.reduce_log_sum_exp import ReduceLogSumExp
from tests.conformance.suite import case, operator_suite, whole

test_reduce_log_sum_exp = operator_suite(
    ReduceLogSumExp,
    cases=[
        case((2, 3, 5), axes=[1]),
        case((2, 3, 5), axes=[-1, 0], keepdims=0),
        case((4, 6), spread=5),
        case((7,), keepdims=0),
        case((2, 3, 5), whole(2), opset=18),
    ],
)
