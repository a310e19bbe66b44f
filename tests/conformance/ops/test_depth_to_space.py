from modulus.ops.depth_to_space import DepthToSpace
from tests.conformance.suite import case, operator_suite

test_depth_to_space = operator_suite(
    DepthToSpace,
    cases=[
        case((1, 4, 2, 3), blocksize=2),
        case((2, 8, 2, 2), blocksize=2, mode="CRD"),
        case((1, 9, 1, 2), blocksize=3),
    ],
)
