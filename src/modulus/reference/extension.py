"""Extension fields of the BN254 base field that the pairing needs.

The quadratic extension is F[u] with u^2 = -1: an element is ``(c0, c1)`` for c0 + c1 u.
The twelfth-degree extension is built on it in one step, with w^6 = 9 + u: an element is its six
coefficients of w^0 .. w^5. One flat step keeps multiplication, Frobenius and the sparse lines of
the Miller loop each a few lines long.

Source:
    EIP-197; Devegili, Scott and Dahab (2007) for the tower of Barreto-Naehrig curves.
"""

from typing import TypeAlias

from modulus.reference.field import BASE_MODULUS, inverse

Quadratic: TypeAlias = tuple[int, int]
Twelfth: TypeAlias = tuple[Quadratic, Quadratic, Quadratic, Quadratic, Quadratic, Quadratic]

NON_RESIDUE: Quadratic = (9, 1)
"""w^6; neither a square nor a cube, so the extension is a field."""

QUADRATIC_ZERO: Quadratic = (0, 0)
QUADRATIC_ONE: Quadratic = (1, 0)


def add2(a: Quadratic, b: Quadratic) -> Quadratic:
    """Sum in the quadratic extension."""
    return ((a[0] + b[0]) % BASE_MODULUS, (a[1] + b[1]) % BASE_MODULUS)


def subtract2(a: Quadratic, b: Quadratic) -> Quadratic:
    """Difference in the quadratic extension."""
    return ((a[0] - b[0]) % BASE_MODULUS, (a[1] - b[1]) % BASE_MODULUS)


def negate2(a: Quadratic) -> Quadratic:
    """Negative in the quadratic extension."""
    return (-a[0] % BASE_MODULUS, -a[1] % BASE_MODULUS)


def multiply2(a: Quadratic, b: Quadratic) -> Quadratic:
    """Product in the quadratic extension."""
    return (
        (a[0] * b[0] - a[1] * b[1]) % BASE_MODULUS,
        (a[0] * b[1] + a[1] * b[0]) % BASE_MODULUS,
    )


def scale2(a: Quadratic, factor: int) -> Quadratic:
    """Product with an element of the base field."""
    return (a[0] * factor % BASE_MODULUS, a[1] * factor % BASE_MODULUS)


def conjugate2(a: Quadratic) -> Quadratic:
    """Frobenius of the quadratic extension: u becomes -u."""
    return (a[0], -a[1] % BASE_MODULUS)


def inverse2(a: Quadratic) -> Quadratic:
    """Inverse in the quadratic extension.

    Raises:
        ZeroDivisionError: If `a` is zero.
    """
    return scale2(conjugate2(a), inverse(a[0] * a[0] + a[1] * a[1], BASE_MODULUS))


def power2(a: Quadratic, exponent: int) -> Quadratic:
    """Power by square and multiply; `exponent` is not negative."""
    result = QUADRATIC_ONE
    for bit in f"{exponent:b}":
        result = multiply2(result, result)
        if bit == "1":
            result = multiply2(result, a)
    return result


def _frobenius_factors() -> tuple[Quadratic, ...]:
    """Factors (9 + u)^(k (q - 1) / 6) that w^k picks up when raised to the power q."""
    root = power2(NON_RESIDUE, (BASE_MODULUS - 1) // 6)
    return tuple(power2(root, k) for k in range(6))


FROBENIUS_FACTORS = _frobenius_factors()
"""Entry k belongs to w^k; entries 2 and 3 are also the Frobenius factors of the twist."""

TWELFTH_ONE: Twelfth = (QUADRATIC_ONE,) + (QUADRATIC_ZERO,) * 5


def multiply12(a: Twelfth, b: Twelfth) -> Twelfth:
    """Product in the twelfth-degree extension."""
    # Invariant: sums stay unreduced until the end; Python integers cannot overflow.
    real = [0] * 12
    imaginary = [0] * 12
    for i, (a0, a1) in enumerate(a):
        if a0 == 0 == a1:
            continue
        for j, (b0, b1) in enumerate(b):
            real[i + j] += a0 * b0 - a1 * b1
            imaginary[i + j] += a0 * b1 + a1 * b0
    residue0, residue1 = NON_RESIDUE
    c0, c1, c2, c3, c4, c5 = (
        (
            (real[k] + residue0 * real[k + 6] - residue1 * imaginary[k + 6]) % BASE_MODULUS,
            (imaginary[k] + residue0 * imaginary[k + 6] + residue1 * real[k + 6]) % BASE_MODULUS,
        )
        for k in range(6)
    )
    return (c0, c1, c2, c3, c4, c5)


def frobenius12(a: Twelfth) -> Twelfth:
    """The power a^q, without an exponentiation."""
    c0, c1, c2, c3, c4, c5 = (
        multiply2(conjugate2(coefficient), factor)
        for coefficient, factor in zip(a, FROBENIUS_FACTORS, strict=True)
    )
    return (c0, c1, c2, c3, c4, c5)


def inverse12(a: Twelfth) -> Twelfth:
    """Inverse as the product of the eleven other conjugates over the norm.

    Raises:
        ZeroDivisionError: If `a` is zero.
    """
    conjugate = a
    others = TWELFTH_ONE
    for _ in range(11):
        conjugate = frobenius12(conjugate)
        others = multiply12(others, conjugate)
    norm = multiply12(a, others)[0][0]
    scale = inverse(norm, BASE_MODULUS)
    c0, c1, c2, c3, c4, c5 = (scale2(coefficient, scale) for coefficient in others)
    return (c0, c1, c2, c3, c4, c5)


def power12(a: Twelfth, exponent: int) -> Twelfth:
    """Power by square and multiply; `exponent` is not negative."""
    result = TWELFTH_ONE
    for bit in f"{exponent:b}":
        result = multiply12(result, result)
        if bit == "1":
            result = multiply12(result, a)
    return result
