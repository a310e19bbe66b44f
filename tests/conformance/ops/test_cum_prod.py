import numpy as np

from modulus.ops.cum_prod import CumProd
from tests.conformance.suite import case, operator_suite

test_cum_prod = operator_suite(
    CumProd,
    cases=[
        case((2, 5), np.array(1), opset=26),
        case((2, 3, 4), np.array(-2), opset=26, exclusive=1),
        case((6,), np.array(0), opset=26, reverse=1),
        case((3, 2), np.array(0), opset=26, reverse=1, exclusive=1),
        case((3, 1), np.array(1), opset=26, note="one factor"),
    ],
)
