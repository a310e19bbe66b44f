from modulus.ops.relu import Relu
from tests.conformance.suite import case, operator_suite

test_relu = operator_suite(
    Relu,
    cases=[
        case((7,)),
        case((1, 1)),
        case((2, 3, 5)),
        case((2, 3, 4, 4), opset=9),
    ],
)
