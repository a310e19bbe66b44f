import numpy as np

from modulus.ops.scatter_elements import ScatterElements
from tests.conformance.suite import case, operator_suite

test_scatter_elements = operator_suite(
    ScatterElements,
    cases=[
        case((3, 4), np.array([[0, 2, 1, 0]]), (1, 4)),
        case((3, 4), np.array([[1], [3], [-1]]), (3, 1), axis=1),
        case((2, 3), np.array([[0, 1, 1]]), np.zeros((1, 3), np.float32), note="constant updates"),
        case((3, 4), np.array([[0, 2, 1, 0]]), (1, 4), reduction="add", opset=16),
        case((3, 2), np.array([[0, 1], [0, 2], [0, 1]]), (3, 2), reduction="add", opset=18),
        case((3, 2), np.array([[0, 1], [0, 2]]), (2, 2), reduction="mul", opset=18),
        case((3, 2), np.array([[0, 1], [0, 2], [0, 1]]), (3, 2), reduction="max", opset=18),
        case((5,), np.array([3, 1, 3, 3]), (4,), reduction="min", opset=18),
    ],
)
