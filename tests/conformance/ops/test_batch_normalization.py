from typing import Any

import numpy as np
import pytest

from modulus.errors import UnsupportedOperatorError
from modulus.ops.batch_normalization import BatchNormalization
from tests.conformance.suite import Case, case, check, operator_suite, weights


def normalization(*shape: int, **options: Any) -> Case:
    channels = shape[1]
    variance = 0.1 + np.abs(weights(channels, seed=4))
    scale, bias, mean = (weights(channels, seed=seed) for seed in (1, 2, 3))
    # The factor reaches |scale| / sqrt(0.1): three times the weights that the bound knows.
    return case(shape, scale, bias, mean, variance, depth=4, **options)


test_batch_normalization = operator_suite(
    BatchNormalization,
    cases=[
        normalization(2, 3, 4, 5),
        normalization(1, 1, 2, 2, epsilon=0.01),
        normalization(3, 5),
        normalization(2, 3, 4, opset=9),
        normalization(2, 3, 4, opset=14, momentum=0.5),
    ],
)


def test_training_mode_is_unsupported():
    with pytest.raises(UnsupportedOperatorError, match="evaluation mode"):
        check(BatchNormalization, normalization(1, 2, 3, training_mode=1))
