import numpy as np
import pytest

from modulus.errors import UnsupportedOperatorError
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


@pytest.mark.parametrize("mode", ["reflect", "edge"])
def test_other_modes_are_unsupported(mode: str):
    with pytest.raises(UnsupportedOperatorError, match=mode):
        check(Pad, case((3, 4), whole(1, 0, 1, 0), mode=mode))
