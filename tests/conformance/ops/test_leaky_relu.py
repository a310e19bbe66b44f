from modulus.ops.leaky_relu import LeakyRelu
from tests.conformance.suite import case, operator_suite

test_leaky_relu = operator_suite(
    LeakyRelu,
    cases=[
        case((2, 3, 5), relative=2**-15),
        case((9,), alpha=0.3, relative=2**-15),
        case((9,), alpha=0.0),
        case((1, 5), alpha=0.001, relative=2**-15, opset=9),
        case((1, 5), alpha=1.5),
    ],
)
