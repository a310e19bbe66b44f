from modulus.ops.sign import Sign
from tests.conformance.suite import case, operator_suite

test_sign = operator_suite(
    Sign,
    cases=[
        case((2, 17)),
        case((3, 1, 5)),
    ],
)
