from modulus.ops.softmax import Softmax
from tests.conformance.suite import case, operator_suite

test_softmax = operator_suite(
    Softmax,
    cases=[
        case((2, 8)),
        case((3, 1), axis=0),
        case((3, 1), note="length one: output is exactly one"),
        case((2, 3, 5), axis=1),
        case((4, 33), spread=5),
        case((2, 8), axis=1, opset=11),
    ],
)
