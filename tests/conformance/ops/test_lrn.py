from modulus.ops.lrn import LRN
from tests.conformance.suite import case, operator_suite

test_lrn = operator_suite(
    LRN,
    cases=[
        case((1, 5, 3, 3), size=3),
        case((1, 4, 2, 2), size=3, alpha=0.5, beta=0.5, bias=2.0),
        case((2, 3, 4, 4), size=5, alpha=0.1),
    ],
)
