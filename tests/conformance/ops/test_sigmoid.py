from modulus.ops.sigmoid import Sigmoid
from tests.conformance.suite import case, operator_suite

test_sigmoid = operator_suite(
    Sigmoid,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=5),
        case((64,), spread=0.01),
    ],
)
