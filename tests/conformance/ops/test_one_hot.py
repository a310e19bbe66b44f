import numpy as np

from modulus.ops.one_hot import OneHot
from tests.conformance.suite import Indices, case, operator_suite

VALUES = np.array([0, 1], np.float32)

test_one_hot = operator_suite(
    OneHot,
    cases=[
        case(Indices((3,), 5), np.array(5), VALUES),
        case(Indices((2, 3), 4), np.array(4), np.array([-1, 2.5], np.float32), axis=1),
    ],
)
