from modulus.ops.softplus import Softplus
from tests.conformance.suite import case, operator_suite

test_softplus = operator_suite(
    Softplus,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
    ],
)
