import numpy as np

from modulus.ops.clip import Clip
from tests.conformance.suite import case, operator_suite


def bound(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(value, np.float32)


test_clip = operator_suite(
    Clip,
    cases=[
        case((2, 17), bound(0), bound(6), spread=4),
        case((2, 17), bound(-0.5), bound(0.5)),
        case((2, 17), bound(0.25), bound(0.75)),
        case((2, 17), bound(-2), bound(-0.5)),
        case((2, 17), None, bound(0.5)),
        case((2, 17), bound(0)),
        case((2, 17), bound(-np.inf), bound(np.inf)),
        case((2, 17), bound(-100), bound(100)),
        case((2, 17)),
        case((2, 17), min=-1.0, max=0.75, opset=9),
        case((2, 17), max=0.75, opset=10),
        case((1, 1), bound(0), bound(1), opset=13),
    ],
)
