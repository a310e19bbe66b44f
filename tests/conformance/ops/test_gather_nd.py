import numpy as np

from modulus.ops.gather_nd import GatherND
from tests.conformance.suite import case, operator_suite

test_gather_nd = operator_suite(
    GatherND,
    cases=[
        case((2, 3, 4), np.array([[0, 1], [1, 2], [-1, 0]])),
        case((2, 3, 4), np.array([[[0], [1]]])),
        case((2, 3), np.array([[0, 1], [1, 2]])),
        case((2, 3, 4), np.array([[1], [2]]), batch_dims=1),
    ],
)
