from modulus.ops.swish import Swish
from tests.conformance.suite import case, operator_suite

test_swish = operator_suite(
    Swish,
    cases=[
        case((2, 17), opset=24),
        case((3, 1, 5), alpha=1.702, spread=3, opset=24),
        case((4,), alpha=-0.5, opset=24),
    ],
)
