from modulus.ops.conv import Conv
from tests.conformance.suite import case, operator_suite, weights

test_conv = operator_suite(
    Conv,
    cases=[
        case((1, 1, 5, 5), weights(1, 1, 3, 3), depth=9),
        case((2, 3, 5, 6), weights(4, 3, 3, 2), weights(4), depth=18),
        case((1, 2, 7, 7), weights(3, 2, 3, 3), depth=18, pads=[1, 1, 1, 1]),
        case((1, 2, 7, 7), weights(3, 2, 3, 3), depth=18, pads=[0, 1, 2, 0], strides=[2, 3]),
        case((1, 2, 9, 8), weights(3, 2, 3, 2), depth=12, dilations=[2, 3], strides=[1, 2]),
        case((1, 2, 8, 8), weights(3, 2, 2, 2), depth=8, strides=[2, 2], note="patches"),
        case((1, 2, 6, 7), weights(3, 2, 3, 4), depth=24, auto_pad="SAME_UPPER", strides=[2, 2]),
        case((1, 2, 6, 7), weights(3, 2, 3, 4), depth=24, auto_pad="SAME_LOWER"),
        case((1, 2, 6, 7), weights(3, 2, 3, 4), depth=24, auto_pad="VALID"),
        case((1, 3, 4, 4), weights(5, 3, 1, 1), weights(5), depth=3, note="pointwise"),
        case((1, 3, 5, 5), weights(3, 1, 3, 3), weights(3), depth=9, group=3, note="depthwise"),
        case((1, 4, 5, 5), weights(6, 2, 3, 3), weights(6), depth=18, group=2),
        case((1, 6, 5, 5), weights(4, 3, 3, 3), depth=27, group=2, note="group of three"),
        case((1, 2, 5, 5), weights(6, 1, 3, 3), depth=9, group=2, note="channel multiplier"),
        case((2, 3, 9), weights(4, 3, 3), weights(4), depth=9, strides=[2], pads=[1, 1]),
        case((2, 3, 9), weights(3, 1, 2), depth=2, group=3, dilations=[2]),
        case((1, 1, 4, 5, 3), weights(2, 1, 2, 2, 2), depth=8, opset=11),
        case((1, 1, 1, 1), weights(1, 1, 1, 1), depth=1),
        case((1, 2, 5, 5), weights(3, 2, 3, 3), depth=18, kernel_shape=[3, 3], opset=22),
    ],
)
