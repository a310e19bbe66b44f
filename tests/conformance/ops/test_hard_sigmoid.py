from modulus.ops.hard_sigmoid import HardSigmoid
from tests.conformance.suite import case, operator_suite

test_hard_sigmoid = operator_suite(
    HardSigmoid,
    cases=[
        case((2, 17)),
        case((3, 1, 5), alpha=0.5, beta=0.2, spread=3),
        case((3, 5), alpha=-0.5),
    ],
)
