"""Polynomials over the scalar field as lists of coefficients, lowest first."""

from __future__ import annotations

from modulus.reference.field import SCALAR_MODULUS as P
from modulus.reference.field import inverse

Polynomial = list[int]


def evaluate(polynomial: Polynomial, x: int) -> int:
    """Value at x."""
    total = 0
    for coefficient in reversed(polynomial):
        total = (total * x + coefficient) % P
    return total


def add(left: Polynomial, right: Polynomial) -> Polynomial:
    """Sum."""
    size = max(len(left), len(right))
    padded = ([*item, *[0] * (size - len(item))] for item in (left, right))
    return [(a + b) % P for a, b in zip(*padded, strict=True)]


def scale(polynomial: Polynomial, factor: int) -> Polynomial:
    """Multiple."""
    return [coefficient * factor % P for coefficient in polynomial]


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    """Product."""
    product = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            product[i + j] = (product[i + j] + a * b) % P
    return product


def monomial(degree: int, coefficient: int) -> Polynomial:
    """coefficient * X^degree."""
    return [0] * degree + [coefficient % P]


def divide(top: Polynomial, bottom: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder."""
    rest = list(top)
    lead = inverse(bottom[-1])
    quotient = [0] * max(len(top) - len(bottom) + 1, 1)
    for shift in reversed(range(len(top) - len(bottom) + 1)):
        factor = rest[shift + len(bottom) - 1] * lead % P
        quotient[shift] = factor
        for i, coefficient in enumerate(bottom):
            rest[shift + i] = (rest[shift + i] - factor * coefficient) % P
    return quotient, rest
