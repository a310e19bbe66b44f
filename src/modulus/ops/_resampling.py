"""Resampling of one axis: where each new entry lies on the old axis, and what it is made of."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from modulus.errors import UnsupportedOperatorError

Reals = NDArray[np.float64]
TRANSFORMS = (
    "half_pixel",
    "half_pixel_symmetric",
    "pytorch_half_pixel",
    "align_corners",
    "asymmetric",
)
ROUNDINGS = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")


def places(transform: str, extent: int, size: int, scale: float) -> Reals:
    """Where the new entries lie on the old axis.

    Raises:
        UnsupportedOperatorError: The transformation is not known.

    Source:
        ONNX operator Resize: coordinate_transformation_mode.
    """
    new = np.arange(size, dtype=np.float64)
    if transform == "half_pixel":
        return (new + 0.5) / scale - 0.5
    if transform == "half_pixel_symmetric":
        adjusted = size / (scale * extent)
        return extent / 2 * (1 - adjusted) + (new + 0.5) / scale - 0.5
    if transform == "pytorch_half_pixel":
        return (new + 0.5) / scale - 0.5 if size > 1 else np.zeros(size)
    if transform == "align_corners":
        return new * (extent - 1) / (size - 1) if size > 1 else np.zeros(size)
    if transform == "asymmetric":
        return new / scale
    raise UnsupportedOperatorError(
        f"attribute coordinate_transformation_mode={transform!r} is none of {', '.join(TRANSFORMS)}"
    )


def nearest(where: Reals, rounding: str, extent: int) -> NDArray[np.int64]:
    """The old entry next to each place.

    Raises:
        UnsupportedOperatorError: The rounding is not known.
    """
    # Places are quotients: one that is meant to be whole or a half may miss it by its last bit.
    where = np.round(where, 9)
    if rounding == "round_prefer_floor":
        found = np.ceil(where - 0.5)
    elif rounding == "round_prefer_ceil":
        found = np.floor(where + 0.5)
    elif rounding == "floor":
        found = np.floor(where)
    elif rounding == "ceil":
        found = np.ceil(where)
    else:
        raise UnsupportedOperatorError(
            f"attribute nearest_mode={rounding!r} is none of {', '.join(ROUNDINGS)}"
        )
    return np.clip(found, 0, extent - 1).astype(np.int64)


def weights(
    where: Reals,
    extent: int,
    *,
    cubic: bool,
    coefficient: float = -0.75,
    exclude: bool = False,
    shrink: float = 1.0,
) -> Reals:
    """The matrix [new, old] of linear or cubic interpolation; the border is repeated.

    Args:
        where: Places on the old axis.
        extent: Of the old axis.
        cubic: Four taps instead of two.
        coefficient: ONNX's cubic_coeff_a.
        exclude: Leave out taps outside and scale up the others, instead of repeating the border.
        shrink: Below one, a filter that is wider by its inverse, so that nothing is skipped.
    """
    if not cubic and shrink == 1:
        where = np.clip(where, 0, extent - 1)
    base = np.floor(where)
    reach = math.ceil((2 if cubic else 1) / shrink)
    taps = np.arange(1 - reach, reach + 1)
    distance = shrink * np.abs(where[:, None] - base[:, None] - taps)
    tap_weights = cubic_taps(distance, coefficient) if cubic else np.maximum(1 - distance, 0)
    if shrink < 1:
        tap_weights = tap_weights / tap_weights.sum(axis=1, keepdims=True)
    index = (base[:, None] + taps).astype(np.int64)
    if exclude:
        tap_weights = np.where((index >= 0) & (index < extent), tap_weights, 0.0)
        tap_weights = tap_weights / tap_weights.sum(axis=1, keepdims=True)
    matrix = np.zeros((len(where), extent))
    rows = np.repeat(np.arange(len(where)), len(taps))
    np.add.at(matrix, (rows, np.clip(index, 0, extent - 1).reshape(-1)), tap_weights.reshape(-1))
    return matrix


def cubic_taps(distance: Reals, a: float = -0.75) -> Reals:
    """Weights of Keys' cubic convolution at distances of up to two, with his parameter a."""
    near = ((a + 2) * distance - (a + 3)) * distance**2 + 1
    far = ((distance - 5) * distance + 8) * distance * a - 4 * a
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0.0))
