import numpy as np

from modulus.ops.gather import Gather
from tests.conformance.suite import Indices, case, operator_suite, weights, whole

test_gather = operator_suite(
    Gather,
    cases=[
        case((5, 4), whole(0, 2, 4), note="a progression"),
        case((5, 4), whole(4, 2, 0, 1), note="runs"),
        case((5, 4), whole(-1, 0), axis=1, note="from the end"),
        case((5, 4), np.array(2), note="a scalar index drops the axis"),
        case((5, 4), np.array([[0, 1], [1, 0]]), axis=1),
        case((6,), whole(0, 0, 1, 1, 2, 2), note="repeated"),
        case((6,), whole(0, 1, 2, 0, 1, 2), note="tiled"),
        case((6,), whole(0, 1, 2, 2, 3, 4), note="overlapping"),
        case((3, 40), whole(*(i * 7 % 40 for i in range(40))), axis=1, note="grid"),
        case((2, 3000), whole(*(i * i % 2999 for i in range(40))), axis=1, note="looked up"),
        case((3, 64), whole(*(i * i % 61 for i in range(40))), axis=1, note="shuffled"),
        case(weights(9, 4), Indices((3,), 9), note="a table of weights"),
        case((5, 4), Indices((2, 3), 5), note="places from the input"),
        case((2, 5, 4), Indices((3,), 5), axis=1, note="places from the input"),
    ],
)
