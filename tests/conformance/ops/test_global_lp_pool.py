from modulus.ops.global_lp_pool import GlobalLpPool
from tests.conformance.suite import case, operator_suite

test_global_lp_pool = operator_suite(
    GlobalLpPool,
    cases=[
        case((1, 2, 3, 4)),
        case((2, 3, 5), p=1),
    ],
)
