from modulus.ops.log_softmax import LogSoftmax
from tests.conformance.suite import case, operator_suite

test_log_softmax = operator_suite(
    LogSoftmax,
    cases=[
        case((2, 8)),
        case((3, 1), axis=0),
        case((2, 3, 5), axis=1),
        case((4, 33), spread=5),
    ],
)
