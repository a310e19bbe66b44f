import numpy as np

from modulus.ops.rotary_embedding import RotaryEmbedding
from tests.conformance.suite import case, operator_suite


def angles(*shape: int, turn: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    phases = np.random.default_rng(7).uniform(0, 6, shape)
    return (np.sin(phases) if turn else np.cos(phases)).astype(np.float32)


test_rotary_embedding = operator_suite(
    RotaryEmbedding,
    cases=[
        case((1, 2, 3, 8), angles(1, 3, 4), angles(1, 3, 4, turn=1), opset=23),
        case((2, 3, 8), angles(2, 3, 2), angles(2, 3, 2, turn=1), num_heads=2, opset=23),
        case((1, 2, 3, 8), angles(1, 3, 4), angles(1, 3, 4, turn=1), interleaved=1, opset=23),
        case(
            (1, 2, 3, 8),
            angles(1, 3, 2),
            angles(1, 3, 2, turn=1),
            rotary_embedding_dim=4,
            opset=23,
        ),
        case(
            (1, 2, 3, 8),
            angles(9, 4),
            angles(9, 4, turn=1),
            np.array([[2, 5, 8]]),
            opset=23,
        ),
    ],
)
