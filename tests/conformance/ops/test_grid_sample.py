import numpy as np

from modulus.ops.grid_sample import GridSample
from tests.conformance.suite import case, operator_suite

GRID = np.random.default_rng(3).uniform(-1.2, 1.2, (2, 3, 4, 2)).astype(np.float32)
VOLUME = np.random.default_rng(4).uniform(-1.2, 1.2, (1, 2, 2, 3, 3)).astype(np.float32)

test_grid_sample = operator_suite(
    GridSample,
    cases=[
        case((2, 3, 4, 5), GRID, depth=4),
        case((2, 1, 4, 5), GRID, align_corners=1, padding_mode="border", depth=4),
        case((2, 1, 4, 4), GRID, mode="nearest", depth=1),
        case((2, 2, 4, 4), GRID, mode="linear", opset=20, depth=4),
        case((2, 2, 5, 4), GRID, mode="bicubic", depth=16),
        case((2, 1, 5, 4), GRID, mode="bicubic", padding_mode="border", align_corners=1, depth=16),
        case((2, 1, 4, 5), GRID, padding_mode="reflection", depth=4),
        case((2, 1, 4, 5), GRID, padding_mode="reflection", align_corners=1, depth=4),
        case((1, 1, 3, 4, 2), VOLUME, mode="linear", opset=20, depth=8),
        case((1, 1, 3, 4, 2), VOLUME, mode="nearest", padding_mode="border", opset=20, depth=1),
    ],
)
