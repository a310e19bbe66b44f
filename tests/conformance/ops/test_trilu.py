import numpy as np

from modulus.ops.trilu import Trilu
from tests.conformance.suite import case, operator_suite

test_trilu = operator_suite(
    Trilu,
    cases=[
        case((3, 4)),
        case((2, 3, 3), upper=0),
        case((4, 4), np.array(1)),
        case((4, 4), np.array(-2), upper=0),
    ],
)
