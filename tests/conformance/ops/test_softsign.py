from modulus.ops.softsign import Softsign
from tests.conformance.suite import case, operator_suite

test_softsign = operator_suite(
    Softsign,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
    ],
)
