from modulus.ops.gelu import Gelu
from tests.conformance.suite import case, operator_suite

test_gelu = operator_suite(
    Gelu,
    cases=[
        case((2, 17), opset=20),
        case((3, 1, 5), spread=3, opset=20),
        case((3, 5), approximate="tanh", opset=20),
    ],
)
