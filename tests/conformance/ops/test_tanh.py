from modulus.ops.tanh import Tanh
from tests.conformance.suite import case, operator_suite

test_tanh = operator_suite(
    Tanh,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=5),
        case((64,), spread=0.01),
    ],
)
