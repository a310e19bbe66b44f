import numpy as np

from modulus.ops.dropout import Dropout
from tests.conformance.suite import case, operator_suite

test_dropout = operator_suite(
    Dropout,
    cases=[
        case((2, 3)),
        case((2, 3), ratio=0.3, opset=10),
        case((2, 3), np.array(0.3, np.float32), np.array(False), opset=13),
    ],
)
