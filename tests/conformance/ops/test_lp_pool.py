from modulus.ops.lp_pool import LpPool
from tests.conformance.suite import case, operator_suite

test_lp_pool = operator_suite(
    LpPool,
    cases=[
        case((1, 2, 5, 5), kernel_shape=[2, 2]),
        case((1, 2, 6, 7), kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1]),
        case((1, 2, 9), kernel_shape=[3], p=1),
        case(
            (1, 2, 6, 6),
            kernel_shape=[2, 2],
            dilations=[2, 1],
            ceil_mode=1,
            opset=18,
        ),
    ],
)
