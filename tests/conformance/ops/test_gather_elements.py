import numpy as np

from modulus.ops.gather_elements import GatherElements
from tests.conformance.suite import case, operator_suite

test_gather_elements = operator_suite(
    GatherElements,
    cases=[
        case((3, 4), np.array([[0, 2, 1, 0], [2, 0, 0, -1]])),
        case((3, 4), np.array([[0, 3], [1, 0], [-1, 2]]), axis=1),
        case((2, 2, 3), np.array([[[0, 2]], [[1, 1]]]), axis=-1),
    ],
)
