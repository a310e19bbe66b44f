from modulus.ops.flatten import Flatten
from tests.conformance.suite import case, operator_suite

test_flatten = operator_suite(
    Flatten,
    cases=[
        case((2, 3, 5)),
        case((2, 3, 5), axis=0),
        case((2, 3, 5), axis=3),
        case((2, 3, 5), axis=-1, opset=11),
        case((2, 1, 3, 3), axis=2, opset=9),
        case((4,), axis=1),
    ],
)
