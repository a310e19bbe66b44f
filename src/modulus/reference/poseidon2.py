"""Poseidon2 permutation over the BN254 scalar field, four lanes.

Source:
    Grassi, Khovratovich and Schofnegger, ePrint 2023/323, sections 5 and 6;
    vectors/poseidon2/bn254_t4.json.
"""

from collections.abc import Sequence

from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.poseidon2_constants import (
    EXTERNAL_ROUND_CONSTANTS,
    INTERNAL_DIAGONAL_MINUS_ONE,
    INTERNAL_ROUND_CONSTANTS,
)

WIDTH = 4
"""Field elements of state."""

EXTERNAL_MATRIX = ((5, 7, 1, 3), (4, 6, 1, 1), (1, 3, 5, 7), (1, 1, 4, 6))
"""M4 of the paper; at width 4 it is the whole external layer."""


def _external_layer(state: Sequence[int]) -> list[int]:
    return [
        sum(factor * lane for factor, lane in zip(row, state, strict=True)) % SCALAR_MODULUS
        for row in EXTERNAL_MATRIX
    ]


def _internal_layer(state: Sequence[int]) -> list[int]:
    """Multiply by the all-ones matrix plus a diagonal."""
    total = sum(state)
    return [
        (total + factor * lane) % SCALAR_MODULUS
        for factor, lane in zip(INTERNAL_DIAGONAL_MINUS_ONE, state, strict=True)
    ]


def _external_round(state: Sequence[int], constants: Sequence[int]) -> list[int]:
    return _external_layer(
        [
            pow(lane + constant, 5, SCALAR_MODULUS)
            for lane, constant in zip(state, constants, strict=True)
        ]
    )


def permute(state: Sequence[int]) -> list[int]:
    """Apply the permutation once.

    Shape:
        state: [4] canonical scalars, and so is the result.
    """
    if len(state) != WIDTH:
        raise ValueError(f"state has {WIDTH} elements, got {len(state)}")
    half = len(EXTERNAL_ROUND_CONSTANTS) // 2
    current = _external_layer(state)
    for constants in EXTERNAL_ROUND_CONSTANTS[:half]:
        current = _external_round(current, constants)
    for constant in INTERNAL_ROUND_CONSTANTS:
        current[0] = pow(current[0] + constant, 5, SCALAR_MODULUS)
        current = _internal_layer(current)
    for constants in EXTERNAL_ROUND_CONSTANTS[half:]:
        current = _external_round(current, constants)
    return current
