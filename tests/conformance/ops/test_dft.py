import numpy as np

from modulus.ops.dft import DFT
from tests.conformance.suite import case, operator_suite

EIGHT, ONE = np.array(8), np.array(1)

test_dft = operator_suite(
    DFT,
    cases=[
        case((1, 5, 1), depth=5),
        case((2, 6, 2), inverse=1, depth=12),
        case((1, 6, 1), onesided=1, depth=6),
        case((1, 5, 1), EIGHT, depth=5, note="longer"),
        case((1, 3, 10, 1), None, axis=2, onesided=1, depth=10),
        case((1, 3, 4, 2), note="the second axis"),
        case((1, 3, 4, 2), opset=20, note="the third axis"),
        case((2, 10, 1), EIGHT, ONE, opset=20, depth=8, note="shorter"),
    ],
)
