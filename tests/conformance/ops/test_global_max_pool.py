from modulus.ops.global_max_pool import GlobalMaxPool
from tests.conformance.suite import case, operator_suite

test_global_max_pool = operator_suite(
    GlobalMaxPool,
    cases=[
        case((1, 2, 3, 4)),
        case((2, 3, 5)),
        case((1, 2, 2, 2, 2)),
    ],
)
