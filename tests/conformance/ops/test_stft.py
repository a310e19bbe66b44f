import numpy as np

from modulus.ops.stft import STFT
from tests.conformance.suite import case, operator_suite, weights

FOUR, EIGHT = np.array(4), np.array(8)

test_stft = operator_suite(
    STFT,
    cases=[
        case((1, 16, 1), FOUR, None, EIGHT, depth=8),
        case((1, 20, 1), FOUR, np.hanning(8).astype(np.float32), None, depth=8),
        case((2, 12, 1), FOUR, weights(8), EIGHT, onesided=0, depth=8),
    ],
)
