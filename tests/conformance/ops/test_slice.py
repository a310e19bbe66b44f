import numpy as np
import pytest

from modulus.errors import ShapeError
from modulus.ops.slice import Slice
from tests.conformance.suite import case, check, operator_suite, whole

END = np.iinfo(np.int64).max
FRONT = np.iinfo(np.int64).min

test_slice = operator_suite(
    Slice,
    cases=[
        case((7, 5), whole(1), whole(4)),
        case((7, 5), whole(0, 2), whole(END, -1)),
        case((7, 5), whole(-3), whole(END), whole(1)),
        case((7, 5), whole(0), whole(7), whole(0), whole(2)),
        case((7, 5), whole(-1), whole(FRONT), whole(-2), whole(-1), note="flip"),
        case((7, 5), whole(5, 4), whole(0, FRONT), whole(0, 1), whole(-2, -3)),
        case((7, 5), whole(-100), whole(100), whole(1), note="bounds exceed"),
        case((7, 1), whole(2), whole(3)),
        case((8, 8), whole(4), whole(8)),
        case((7, 5), starts=[1, 0], ends=[5, 3], opset=9),
        case((7, 5), starts=[-4], ends=[END], axes=[0], opset=9),
        case((2, 3, 9), whole(1), whole(9), whole(-1), whole(3), opset=10),
    ],
)


def test_a_step_of_zero_is_refused():
    with pytest.raises(ShapeError):
        check(Slice, case((7,), whole(0), whole(3), whole(0), whole(0)))
