"""Optimal ate pairing on BN254, as a product check.

Source:
    Vercauteren, Optimal pairings (2010); EIP-197; vectors in tests/unit/reference.
"""

from collections.abc import Sequence

from modulus.reference.curve import Affine, Point
from modulus.reference.extension import (
    FROBENIUS_FACTORS,
    QUADRATIC_ZERO,
    TWELFTH_ONE,
    Twelfth,
    conjugate2,
    frobenius12,
    inverse12,
    multiply2,
    multiply12,
    negate2,
    power12,
    scale2,
    subtract2,
)
from modulus.reference.field import BASE_MODULUS, SCALAR_MODULUS
from modulus.reference.twist import TwistAffine, TwistPoint, slope, third_point

CURVE_PARAMETER = 4965661367192848881
"""x of the Barreto-Naehrig family, from which both moduli follow."""

LOOP_COUNT = 6 * CURVE_PARAMETER + 2

_HARD_EXPONENT = (BASE_MODULUS**4 - BASE_MODULUS**2 + 1) // SCALAR_MODULUS
"""What remains of (q^12 - 1) / p once the factors (q^6 - 1)(q^2 + 1) are taken out."""


def pairing_product_is_one(pairs: Sequence[tuple[Point, TwistPoint]]) -> bool:
    """Whether the product of e(P_i, Q_i) is one; a pair with infinity contributes one.

    The caller has checked that every P_i is in G1 and every Q_i in the subgroup G2: decoding does.
    """
    finite = [(p, q) for p, q in pairs if p is not None and q is not None]
    return _final_exponentiation(_miller_loop(finite)) == TWELFTH_ONE


def _miller_loop(pairs: Sequence[tuple[Affine, TwistAffine]]) -> Twelfth:
    """Product of the Miller functions of all pairs, sharing the squarings."""
    accumulator = TWELFTH_ONE
    running = [q for _, q in pairs]

    def advance(index: int, other: TwistAffine) -> None:
        """Multiply in the line through a running point and `other`, then add the two."""
        nonlocal accumulator
        current = running[index]
        gradient = slope(current, other)
        x, y = pairs[index][0]
        # The untwist (x, y) -> (x w^2, y w^3) turns y_P - y - slope (x_P - x) into this.
        line = (
            (y, 0),
            negate2(scale2(gradient, x)),
            QUADRATIC_ZERO,
            subtract2(multiply2(gradient, current[0]), current[1]),
            QUADRATIC_ZERO,
            QUADRATIC_ZERO,
        )
        accumulator = multiply12(line, accumulator)
        running[index] = third_point(current, other, gradient)

    for bit in f"{LOOP_COUNT:b}"[1:]:
        accumulator = multiply12(accumulator, accumulator)
        for index, (_, q) in enumerate(pairs):
            advance(index, running[index])
            if bit == "1":
                advance(index, q)
    for index, (_, q) in enumerate(pairs):
        image = _twist_frobenius(q)
        second_image = _twist_frobenius(image)
        advance(index, image)
        advance(index, (second_image[0], negate2(second_image[1])))
    return accumulator


def _twist_frobenius(point: TwistAffine) -> TwistAffine:
    """Frobenius of the curve carried over to the twist."""
    return (
        multiply2(conjugate2(point[0]), FROBENIUS_FACTORS[2]),
        multiply2(conjugate2(point[1]), FROBENIUS_FACTORS[3]),
    )


def _final_exponentiation(value: Twelfth) -> Twelfth:
    """The power (q^12 - 1) / p, which maps onto the group of order p."""
    sixth = value
    for _ in range(6):
        sixth = frobenius12(sixth)
    value = multiply12(sixth, inverse12(value))
    value = multiply12(frobenius12(frobenius12(value)), value)
    return power12(value, _HARD_EXPONENT)
