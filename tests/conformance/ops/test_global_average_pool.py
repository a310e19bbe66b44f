from modulus.ops.global_average_pool import GlobalAveragePool
from tests.conformance.suite import case, operator_suite

test_global_average_pool = operator_suite(
    GlobalAveragePool,
    cases=[
        case((1, 2, 4, 4)),
        case((2, 3, 5, 7)),
        case((2, 3, 6), opset=9),
        case((1, 1, 1, 1)),
    ],
)
