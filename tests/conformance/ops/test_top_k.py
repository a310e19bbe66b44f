from modulus.ops.top_k import TopK
from tests.conformance.suite import case, operator_suite, whole

test_top_k = operator_suite(
    TopK,
    cases=[
        case((2, 6), whole(3), outputs=(1, 7)),
        case((2, 5, 3), whole(2), axis=1, outputs=(1, 7)),
        case((7,), whole(7), largest=0, outputs=(1, 7)),
    ],
)
