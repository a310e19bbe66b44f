from modulus.ops.conv_transpose import ConvTranspose
from tests.conformance.suite import case, operator_suite, weights

test_conv_transpose = operator_suite(
    ConvTranspose,
    cases=[
        case((1, 2, 3, 3), weights(2, 3, 3, 3), depth=18),
        case((1, 2, 3, 3), weights(2, 3, 2, 2), weights(3), depth=8, strides=[2, 2]),
        case((1, 2, 3, 4), weights(2, 3, 3, 3), depth=18, strides=[2, 3], pads=[1, 0, 1, 2]),
        case((1, 2, 3, 3), weights(2, 1, 3, 3), depth=18, strides=[2, 2], output_padding=[1, 1]),
        case((1, 2, 3, 3), weights(2, 1, 3, 3), depth=18, dilations=[2, 1]),
        case((1, 4, 3, 3), weights(4, 2, 3, 3), depth=18, group=2, strides=[2, 2]),
        case((1, 3, 4, 4), weights(3, 1, 2, 2), depth=4, group=3, strides=[2, 2]),
        case((1, 2, 3, 3), weights(2, 1, 3, 3), depth=18, auto_pad="SAME_UPPER", strides=[2, 2]),
        case((1, 2, 3, 3), weights(2, 1, 3, 3), depth=18, auto_pad="SAME_LOWER", strides=[2, 2]),
        case((1, 2, 3, 3), weights(2, 1, 3, 3), depth=18, output_shape=[7, 8], strides=[2, 2]),
        case((2, 2, 5), weights(2, 3, 4), depth=8, strides=[2]),
        case((1, 1, 2, 2, 2), weights(1, 2, 2, 2, 2), depth=8, strides=[2, 1, 1]),
    ],
)
