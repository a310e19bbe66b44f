import numpy as np
import pytest

from modulus.errors import ModelError, UnsupportedOperatorError
from modulus.ops.pad import Pad
from tests.conformance.suite import case, check, operator_suite, whole


def fill(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(value, np.float32)


test_pad = operator_suite(
    Pad,
    cases=[
        case((3, 4), whole(1, 0, 2, 3)),
        case((3, 4), whole(1, 0, 2, 3), fill(0.5)),
        case((3, 4), whole(0, 2, 0, 0), fill(-0.25), mode="constant"),
        case((5, 6), whole(-1, 0, -1, -2), note="crop"),
        case((5, 6), whole(-1, 2, 3, -2), fill(0.5), note="crop and pad"),
        case((3, 4), whole(0, 0, 0, 0)),
        case((3, 4), whole(1, 2), fill(0.5), whole(-1), opset=18),
        case((1, 2, 3, 3), whole(0, 0, 1, 1, 0, 0, 1, 1), opset=13),
        case((3, 4), pads=[1, 0, 2, 3], value=0.5, opset=9),
    ],
)


test_borders_of_copies = operator_suite(
    Pad,
    cases=[
        case((3, 4), whole(2, 0, 1, 3), mode="reflect"),
        case((3, 4), whole(2, 0, 5, 3), mode="edge"),
        case((3, 4), whole(3, 0, 1, 4), mode="wrap", opset=19),
        case((2, 5), whole(1, 4), None, whole(-1), opset=18, mode="reflect", note="axes"),
        case((5, 6), whole(-1, 2, 1, -2), mode="edge", note="crop"),
        case((1, 1), whole(1, 1, 1, 1), mode="edge"),
        case((1, 7), mode="reflect", pads=[0, 3, 0, 2], opset=9),
    ],
)


def test_more_than_there_is_to_reflect_is_refused():
    with pytest.raises(ModelError, match="exceeds"):
        check(Pad, case((3, 4), whole(3, 0, 0, 0), mode="reflect"))


def test_other_modes_are_unsupported():
    with pytest.raises(UnsupportedOperatorError, match="mirror"):
        check(Pad, case((3, 4), whole(1, 0, 1, 0), mode="mirror"))
