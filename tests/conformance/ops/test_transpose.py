from modulus.ops.transpose import Transpose
from tests.conformance.suite import case, operator_suite

test_transpose = operator_suite(
    Transpose,
    cases=[
        case((2, 3, 5)),
        case((2, 3, 5), perm=[1, 0, 2]),
        case((2, 3, 5), perm=[0, 1, 2]),
        case((2, 1, 3, 4), perm=[0, 2, 3, 1], opset=9),
        case((7,)),
    ],
)
