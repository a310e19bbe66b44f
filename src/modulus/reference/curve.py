"""The group G1: y^2 = x^3 + 3 over the BN254 base field, prime order p.

A point is an affine pair ``(x, y)``; infinity is `None`. Infinity arises from arithmetic only:
no encoding of it is accepted.

Source:
    EIP-196; Bernstein and Lange, Explicit-Formulas Database, dbl-2009-l and add-2007-bl.
"""

from collections.abc import Sequence
from typing import TypeAlias

from modulus.reference.field import (
    BASE_MODULUS,
    ENCODED_LENGTH,
    SCALAR_MODULUS,
    decode,
    encode,
    inverse,
)

Affine: TypeAlias = tuple[int, int]
Point: TypeAlias = Affine | None
_Jacobian: TypeAlias = tuple[int, int, int]
"""(X, Y, Z) for the affine point (X / Z^2, Y / Z^3); infinity has Z = 0."""

CURVE_CONSTANT = 3
GENERATOR: Affine = (1, 2)
POINT_LENGTH = 2 * ENCODED_LENGTH
"""Bytes of an encoded point, x before y."""

_INFINITY: _Jacobian = (1, 1, 0)


class InvalidPointError(ValueError):
    """Coordinates do not name an accepted element of the group.

    Attack: a point off the curve or outside the prime-order subgroup leaks nothing here, but it
    breaks the bilinear identities every pairing equation rests on.
    """


def is_on_curve(point: Affine) -> bool:
    """Whether canonical coordinates satisfy the curve equation; G1 has cofactor one."""
    x, y = point
    return (y * y - x * x * x - CURVE_CONSTANT) % BASE_MODULUS == 0


def negate(point: Point) -> Point:
    """Group inverse."""
    return None if point is None else (point[0], -point[1] % BASE_MODULUS)


def add(left: Point, right: Point) -> Point:
    """Group sum of any two points, equal and opposite ones included."""
    return _to_affine(_add(_to_jacobian(left), _to_jacobian(right)))


def multiply(point: Point, scalar: int) -> Point:
    """Scalar multiple; any integer, reduced modulo the group order."""
    return multi_scalar_sum([scalar], [point])


def multi_scalar_sum(scalars: Sequence[int], points: Sequence[Point]) -> Point:
    """Sum of scalars[i] * points[i], sharing the doublings.

    Raises:
        ValueError: If the lengths differ.
    """
    if len(scalars) != len(points):
        raise ValueError(f"{len(scalars)} scalars for {len(points)} points")
    reduced = [scalar % SCALAR_MODULUS for scalar in scalars]
    lifted = [_to_jacobian(point) for point in points]
    total = _INFINITY
    for position in reversed(range(max(reduced, default=0).bit_length())):
        total = _double(total)
        for scalar, point in zip(reduced, lifted, strict=True):
            if scalar >> position & 1:
                total = _add(total, point)
    return _to_affine(total)


def encode_point(point: Point) -> bytes:
    """Canonical 64 bytes, x before y.

    Raises:
        InvalidPointError: If the point is infinity.
    """
    if point is None:
        raise InvalidPointError("infinity has no accepted encoding")
    return encode(point[0], BASE_MODULUS) + encode(point[1], BASE_MODULUS)


def decode_point(encoded: bytes) -> Affine:
    """Point encoded by exactly 64 bytes.

    Raises:
        NonCanonicalError: If a coordinate is not below the base modulus.
        InvalidPointError: If the length is wrong, or the point is infinity or off the curve.
    """
    if len(encoded) != POINT_LENGTH:
        raise InvalidPointError(f"a G1 point takes {POINT_LENGTH} bytes, got {len(encoded)}")
    point = (
        decode(encoded[:ENCODED_LENGTH], BASE_MODULUS),
        decode(encoded[ENCODED_LENGTH:], BASE_MODULUS),
    )
    # The EVM writes infinity as (0, 0), which is not on the curve; named for the message only.
    if point == (0, 0):
        raise InvalidPointError("G1 point is infinity")
    if not is_on_curve(point):
        raise InvalidPointError("G1 point is not on the curve")
    return point


def _to_jacobian(point: Point) -> _Jacobian:
    return _INFINITY if point is None else (point[0], point[1], 1)


def _to_affine(point: _Jacobian) -> Point:
    x, y, z = point
    if z == 0:
        return None
    scale = inverse(z, BASE_MODULUS)
    square = scale * scale % BASE_MODULUS
    return (x * square % BASE_MODULUS, y * square * scale % BASE_MODULUS)


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    x_squared = x * x % BASE_MODULUS
    y_squared = y * y % BASE_MODULUS
    y_fourth = y_squared * y_squared % BASE_MODULUS
    chord = 4 * x * y_squared % BASE_MODULUS
    slope = 3 * x_squared % BASE_MODULUS
    doubled_x = (slope * slope - 2 * chord) % BASE_MODULUS
    doubled_y = (slope * (chord - doubled_x) - 8 * y_fourth) % BASE_MODULUS
    return (doubled_x, doubled_y, 2 * y * z % BASE_MODULUS)


def _add(left: _Jacobian, right: _Jacobian) -> _Jacobian:
    if left[2] == 0:
        return right
    if right[2] == 0:
        return left
    left_z_squared = left[2] * left[2] % BASE_MODULUS
    right_z_squared = right[2] * right[2] % BASE_MODULUS
    left_x = left[0] * right_z_squared % BASE_MODULUS
    right_x = right[0] * left_z_squared % BASE_MODULUS
    left_y = left[1] * right_z_squared * right[2] % BASE_MODULUS
    right_y = right[1] * left_z_squared * left[2] % BASE_MODULUS
    run = (right_x - left_x) % BASE_MODULUS
    rise = (right_y - left_y) % BASE_MODULUS
    if run == 0:
        return _double(left) if rise == 0 else _INFINITY
    run_squared = run * run % BASE_MODULUS
    run_cubed = run_squared * run % BASE_MODULUS
    corner = left_x * run_squared % BASE_MODULUS
    sum_x = (rise * rise - run_cubed - 2 * corner) % BASE_MODULUS
    sum_y = (rise * (corner - sum_x) - left_y * run_cubed) % BASE_MODULUS
    return (sum_x, sum_y, left[2] * right[2] * run % BASE_MODULUS)
