import numpy as np

from modulus.ops.upsample import Upsample
from tests.conformance.suite import case, operator_suite

test_upsample = operator_suite(
    Upsample,
    cases=[
        case((1, 2, 3, 4), np.array([1, 1, 2, 3], np.float32), opset=9),
        case((1, 2, 3, 4), np.array([1, 1, 2, 2], np.float32), opset=9, mode="linear"),
    ],
)
