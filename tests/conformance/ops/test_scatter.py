import numpy as np

from modulus.ops.scatter import Scatter
from tests.conformance.suite import case, operator_suite

test_scatter = operator_suite(
    Scatter,
    cases=[
        case((3, 4), np.array([[0, 2, 1, 0]]), (1, 4), opset=9),
        case((3, 4), np.array([[1], [3], [0]]), (3, 1), axis=1, opset=10),
    ],
)
