"""The group G2: the order-p subgroup of y^2 = x^3 + 3 / (9 + u) over the quadratic extension.

A point is an affine pair ``(x, y)`` of quadratic elements; infinity is `None`.

Source:
    EIP-197.
"""

from typing import TypeAlias

from modulus.reference.curve import CURVE_CONSTANT, InvalidPointError
from modulus.reference.extension import (
    NON_RESIDUE,
    QUADRATIC_ZERO,
    Quadratic,
    add2,
    inverse2,
    multiply2,
    negate2,
    scale2,
    subtract2,
)
from modulus.reference.field import (
    BASE_MODULUS,
    ENCODED_LENGTH,
    SCALAR_MODULUS,
    decode,
    encode,
)

TwistAffine: TypeAlias = tuple[Quadratic, Quadratic]
TwistPoint: TypeAlias = TwistAffine | None

TWIST_CONSTANT = scale2(inverse2(NON_RESIDUE), CURVE_CONSTANT)

TWIST_GENERATOR: TwistAffine = (
    (
        0x1800DEEF121F1E76426A00665E5C4479674322D4F75EDADD46DEBD5CD992F6ED,
        0x198E9393920D483A7260BFB731FB5D25F1AA493335A9E71297E485B7AEF312C2,
    ),
    (
        0x12C85EA5DB8C6DEB4AAB71808DCB408FE3D1E7690C43D37B4CE6CC0166FA7DAA,
        0x090689D0585FF075EC9E99AD690C3395BC4B313370B38EF355ACDADCD122975B,
    ),
)

TWIST_POINT_LENGTH = 4 * ENCODED_LENGTH
"""Bytes of an encoded point in EVM order: x.c1, x.c0, y.c1, y.c0."""


def is_on_twist(point: TwistAffine) -> bool:
    """Whether canonical coordinates satisfy the curve equation; says nothing of the subgroup."""
    x, y = point
    cube = multiply2(multiply2(x, x), x)
    return multiply2(y, y) == add2(cube, TWIST_CONSTANT)


def is_in_subgroup(point: TwistAffine) -> bool:
    """Whether a point of the curve has order p.

    Attack: the twist has a large cofactor; a point of another order breaks the pairing.
    """
    return _ladder(point, SCALAR_MODULUS) is None


def twist_negate(point: TwistPoint) -> TwistPoint:
    """Group inverse."""
    return None if point is None else (point[0], negate2(point[1]))


def slope(left: TwistAffine, right: TwistAffine) -> Quadratic:
    """Slope of the chord, or of the tangent if the points are equal.

    Raises:
        ZeroDivisionError: If the line is vertical.
    """
    if left == right:
        rise = scale2(multiply2(left[0], left[0]), 3)
        return multiply2(rise, inverse2(scale2(left[1], 2)))
    return multiply2(subtract2(right[1], left[1]), inverse2(subtract2(right[0], left[0])))


def third_point(left: TwistAffine, right: TwistAffine, gradient: Quadratic) -> TwistAffine:
    """Group sum of two points whose connecting line has the given slope."""
    x = subtract2(subtract2(multiply2(gradient, gradient), left[0]), right[0])
    return (x, subtract2(multiply2(gradient, subtract2(left[0], x)), left[1]))


def twist_add(left: TwistPoint, right: TwistPoint) -> TwistPoint:
    """Group sum of any two points, equal and opposite ones included."""
    if left is None:
        return right
    if right is None:
        return left
    if left[0] == right[0] and left[1] == negate2(right[1]):
        return None
    return third_point(left, right, slope(left, right))


def twist_multiply(point: TwistPoint, scalar: int) -> TwistPoint:
    """Scalar multiple of a point of the subgroup; any integer, reduced modulo the order."""
    return _ladder(point, scalar % SCALAR_MODULUS)


def encode_twist_point(point: TwistPoint) -> bytes:
    """Canonical 128 bytes in EVM order.

    Raises:
        InvalidPointError: If the point is infinity.
    """
    if point is None:
        raise InvalidPointError("infinity has no accepted encoding")
    (x0, x1), (y0, y1) = point
    return b"".join(encode(coordinate, BASE_MODULUS) for coordinate in (x1, x0, y1, y0))


def decode_twist_point(encoded: bytes) -> TwistAffine:
    """Point encoded by exactly 128 bytes in EVM order, checked to lie in the subgroup.

    Raises:
        NonCanonicalError: If a coordinate is not below the base modulus.
        InvalidPointError: If the length is wrong, or the point is infinity, off the curve or
            outside the subgroup of order p.
    """
    if len(encoded) != TWIST_POINT_LENGTH:
        raise InvalidPointError(f"a G2 point takes {TWIST_POINT_LENGTH} bytes, got {len(encoded)}")
    x1, x0, y1, y0 = (
        decode(encoded[start : start + ENCODED_LENGTH], BASE_MODULUS)
        for start in range(0, TWIST_POINT_LENGTH, ENCODED_LENGTH)
    )
    point = ((x0, x1), (y0, y1))
    if point == (QUADRATIC_ZERO, QUADRATIC_ZERO):
        raise InvalidPointError("G2 point is infinity")
    if not is_on_twist(point):
        raise InvalidPointError("G2 point is not on the curve")
    if not is_in_subgroup(point):
        raise InvalidPointError("G2 point is not in the subgroup of order p")
    return point


def _ladder(point: TwistPoint, scalar: int) -> TwistPoint:
    """Double and add without reducing the scalar."""
    total: TwistPoint = None
    for bit in f"{scalar:b}":
        total = twist_add(total, total)
        if bit == "1":
            total = twist_add(total, point)
    return total
