from modulus.ops.concat import Concat
from tests.conformance.suite import case, operator_suite, weights

test_concat = operator_suite(
    Concat,
    cases=[
        case((2, 3), (2, 5), axis=1),
        case((2, 3), (1, 3), (4, 3), axis=0),
        case((2, 3, 1), (2, 3, 7), axis=-1),
        case((2, 3), axis=0, note="one operand"),
        case((2, 3), weights(2, 4), axis=1, note="with a constant"),
        case((2, 3), weights(2, 0), axis=1, note="with an operand without entries"),
        case((3, 4), (3, 4), axis=1, opset=9),
    ],
)
