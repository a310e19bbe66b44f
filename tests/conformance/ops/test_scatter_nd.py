import numpy as np

from modulus.ops.scatter_nd import ScatterND
from tests.conformance.suite import case, operator_suite

test_scatter_nd = operator_suite(
    ScatterND,
    cases=[
        case((4, 3), np.array([[1], [3]]), (2, 3)),
        case((4, 3), np.array([[1, 2], [3, 0]]), (2,)),
        case((2, 2, 5), np.array([[0, 1, 4], [1, 1, 0]]), (2,), opset=18),
        case((4, 3), np.array([[1], [1]]), (2, 3), reduction="add", opset=16),
        case((4, 3), np.array([[1, 2], [3, 0]]), (2,), reduction="mul", opset=16),
        case((4, 3), np.array([[1], [1]]), (2, 3), reduction="max", opset=18),
    ],
)
