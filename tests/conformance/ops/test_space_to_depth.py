from modulus.ops.space_to_depth import SpaceToDepth
from tests.conformance.suite import case, operator_suite

test_space_to_depth = operator_suite(
    SpaceToDepth,
    cases=[
        case((1, 1, 4, 6), blocksize=2),
        case((2, 2, 3, 3), blocksize=3),
        case((1, 2, 4, 4), blocksize=2, mode="CRD", opset=28),
    ],
)
