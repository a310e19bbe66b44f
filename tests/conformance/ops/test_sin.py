from modulus.ops.sin import Sin
from tests.conformance.suite import case, operator_suite

test_sin = operator_suite(
    Sin,
    cases=[
        case((2, 17)),
        case((3, 1, 5), spread=3),
    ],
)
