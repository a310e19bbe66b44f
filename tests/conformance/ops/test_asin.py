from modulus.ops.asin import Asin
from tests.conformance.suite import case, operator_suite

test_asin = operator_suite(
    Asin,
    cases=[
        case((2, 17), spread=0.2),
        case((3, 1, 5), spread=0.3),
    ],
)
