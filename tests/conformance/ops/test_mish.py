from modulus.ops.mish import Mish
from tests.conformance.suite import case, operator_suite

test_mish = operator_suite(
    Mish,
    cases=[
        case((2, 17), opset=18),
        case((3, 1, 5), spread=3, opset=18),
    ],
)
