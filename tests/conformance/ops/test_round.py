from modulus.ops.round import Round
from tests.conformance.suite import case, operator_suite

test_round = operator_suite(
    Round,
    cases=[
        case((2, 17), spread=3),
        case((3, 1, 5), spread=30),
    ],
)
