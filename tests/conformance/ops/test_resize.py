import numpy as np

from modulus.ops.resize import Resize
from tests.conformance.suite import case, operator_suite, whole

SCALES = np.array([1, 1, 2, 2.5], np.float32)

test_resize = operator_suite(
    Resize,
    cases=[
        case((1, 2, 3, 4), np.zeros(0, np.float32), SCALES, opset=11, note="nearest"),
        case(
            (1, 2, 3, 4),
            np.zeros(0, np.float32),
            SCALES,
            opset=13,
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        ),
        case((1, 1, 4, 4), None, None, whole(1, 1, 7, 3), note="nearest"),
        case((1, 1, 4, 4), None, None, whole(1, 1, 3, 2), nearest_mode="ceil"),
        case((1, 1, 5, 4), None, None, whole(1, 1, 3, 7), nearest_mode="round_prefer_ceil"),
        case((1, 2, 3, 4), None, SCALES, mode="linear"),
        case(
            (1, 2, 3, 4),
            None,
            None,
            whole(1, 2, 7, 3),
            mode="linear",
            coordinate_transformation_mode="align_corners",
        ),
        case(
            (1, 2, 3, 4),
            None,
            None,
            whole(1, 2, 6, 2),
            mode="linear",
            coordinate_transformation_mode="pytorch_half_pixel",
        ),
        case(
            (1, 2, 4, 4),
            None,
            None,
            whole(1, 2, 2, 9),
            mode="linear",
            coordinate_transformation_mode="asymmetric",
        ),
        case((1, 2, 4, 4), None, None, whole(1, 2, 9, 6), mode="cubic"),
        case(
            (1, 1, 4, 4),
            None,
            None,
            whole(1, 1, 8, 8),
            mode="cubic",
            exclude_outside=1,
            cubic_coeff_a=-0.5,
        ),
        case((2, 3, 4), None, None, whole(8), axes=[2], opset=18),
        case((1, 2, 3, 4), SCALES, opset=10, note="scales come second"),
        case((1, 2, 7, 8), None, None, whole(1, 2, 3, 5), mode="linear", antialias=1, opset=18),
        case((1, 1, 9, 8), None, None, whole(1, 1, 4, 8), mode="cubic", antialias=1, opset=18),
        case(
            (1, 2, 4, 6),
            None,
            None,
            whole(8, 8),
            axes=[2, 3],
            keep_aspect_ratio_policy="not_larger",
            opset=18,
        ),
        case(
            (1, 2, 4, 6),
            None,
            None,
            whole(3, 8),
            axes=[2, 3],
            keep_aspect_ratio_policy="not_smaller",
            mode="linear",
            opset=18,
        ),
    ],
)
