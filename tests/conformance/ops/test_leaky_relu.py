from modulus.ops.leaky_relu import LeakyRelu
from tests.conformance.suite import case, operator_suite

test_leaky_relu = operator_suite(
    LeakyRelu,
    cases=[
        case((2, 3, 5)),
        case((9,), alpha=0.3),
        case((9,), alpha=0.0),
        case((1, 5), alpha=0.001, opset=9),
        case((1, 5), alpha=1.5),
    ],
)
