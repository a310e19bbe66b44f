from modulus.ops.floor import Floor
from tests.conformance.suite import case, operator_suite

test_floor = operator_suite(
    Floor,
    cases=[
        case((2, 17), spread=3),
        case((3, 1, 5), spread=30),
    ],
)
