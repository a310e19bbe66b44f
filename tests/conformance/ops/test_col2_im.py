from modulus.ops.col2_im import Col2Im
from tests.conformance.suite import case, operator_suite, whole

test_col2_im = operator_suite(
    Col2Im,
    cases=[
        case((1, 5, 5), whole(5, 5), whole(1, 5), opset=18),
        case((2, 8, 4), whole(4, 4), whole(2, 2), opset=18, strides=[2, 2]),
        case((1, 9, 9), whole(3, 3), whole(3, 3), opset=18, pads=[1, 1, 1, 1]),
        case((1, 4, 4), whole(4, 4), whole(2, 2), opset=18, dilations=[2, 2]),
    ],
)
