import numpy as np

from modulus.ops.cum_sum import CumSum
from tests.conformance.suite import case, operator_suite

test_cum_sum = operator_suite(
    CumSum,
    cases=[
        case((2, 7), np.array(1)),
        case((2, 3, 5), np.array(-2), exclusive=1),
        case((5,), np.array(0), reverse=1),
        case((4, 2), np.array(0), reverse=1, exclusive=1),
    ],
)
