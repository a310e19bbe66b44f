from modulus.ops.exp import Exp
from tests.conformance.suite import case, operator_suite

test_exp = operator_suite(
    Exp,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
        case((64,), spread=0.01),
    ],
)
