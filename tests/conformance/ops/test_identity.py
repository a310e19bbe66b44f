from modulus.ops.identity import Identity
from tests.conformance.suite import case, operator_suite

test_identity = operator_suite(
    Identity,
    cases=[
        case((2, 3)),
        case((1,), opset=9),
    ],
)
