from modulus.ops.average_pool import AveragePool
from tests.conformance.suite import case, operator_suite

test_average_pool = operator_suite(
    AveragePool,
    cases=[
        case((1, 2, 6, 6), kernel_shape=[2, 2], strides=[2, 2]),
        case((1, 2, 5, 7), kernel_shape=[3, 2]),
        case((1, 2, 5, 7), kernel_shape=[2, 2], strides=[2, 2], note="a remainder is left out"),
        case((1, 2, 5, 5), kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        case((1, 2, 5, 5), kernel_shape=[3, 3], pads=[1, 0, 1, 2], count_include_pad=1),
        case((1, 2, 6, 7), kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1, opset=19),
        case(
            (1, 2, 6, 6),
            kernel_shape=[3, 3],
            strides=[2, 2],
            pads=[1, 1, 1, 1],
            ceil_mode=1,
            count_include_pad=1,
            opset=19,
        ),
        case((1, 2, 6, 7), kernel_shape=[3, 2], auto_pad="SAME_UPPER", strides=[2, 2]),
        case((1, 2, 6, 7), kernel_shape=[2, 2], auto_pad="SAME_LOWER"),
        case((1, 2, 6, 7), kernel_shape=[2, 2], auto_pad="VALID", opset=9),
        case((1, 1, 7, 7), kernel_shape=[2, 3], dilations=[2, 2], opset=19),
        case((2, 3, 9), kernel_shape=[4], strides=[3]),
        case((1, 1, 1, 1), kernel_shape=[1, 1]),
        case((1, 2, 3, 4, 4), kernel_shape=[2, 2, 2]),
    ],
)
