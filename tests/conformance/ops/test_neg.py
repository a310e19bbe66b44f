from modulus.ops.neg import Neg
from tests.conformance.suite import case, operator_suite

test_neg = operator_suite(
    Neg,
    cases=[
        case((2, 17)),
        case((3, 1, 5)),
    ],
)
