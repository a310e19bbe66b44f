from modulus.ops.tile import Tile
from tests.conformance.suite import case, operator_suite, whole

test_tile = operator_suite(
    Tile,
    cases=[
        case((2, 3), whole(2, 1)),
        case((2, 3), whole(1, 3)),
        case((2, 3), whole(3, 2)),
        case((1, 2, 2), whole(2, 1, 2), opset=9),
    ],
)
