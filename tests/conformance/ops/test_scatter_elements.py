import numpy as np

from modulus.ops.scatter_elements import ScatterElements
from tests.conformance.suite import case, operator_suite

test_scatter_elements = operator_suite(
    ScatterElements,
    cases=[
        case((3, 4), np.array([[0, 2, 1, 0]]), (1, 4)),
        case((3, 4), np.array([[1], [3], [-1]]), (3, 1), axis=1),
        case((2, 3), np.array([[0, 1, 1]]), np.zeros((1, 3), np.float32), note="constant updates"),
    ],
)
