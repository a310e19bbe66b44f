"""Elementary functions to the last bit, and the evaluation of a function's code.

Only IEEE 754 operations that are correctly rounded everywhere occur: sums, products, quotients,
square roots, and scaling by powers of two. So every implementation that follows this one step by
step has the same results, which a C library's functions do not. Relative errors are a few 2^-53;
that of sine and cosine is absolute. What is not defined is NaN, and so is a quotient by zero.

Source:
    docs/spec/functions.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from modulus.relations.function import Code, Op

LN2_HIGH = 6.931471803691238e-1
"""ln 2 to 32 bits: its products with exponents are exact."""
LN2_LOW = 1.9082149292705877e-10
LOG2_E = 1.4426950408889634
HALF_PI_PARTS = (
    1.5707963267341256,
    6.077100506303966e-11,
    2.0222662487959506e-21,
)
"""pi / 2 in 33, 33 and 53 bits."""
HALF_PI = 1.5707963267948966
TWO_OVER_PI = 0.6366197723675814
ROOT_HALF = 0.7071067811865476
ONE_OVER_ROOT_PI = 0.5641895835477563
LARGEST_ANGLE = 1048576.0
LARGEST_WHOLE_EXPONENT = 1024.0

_NAN = math.nan
_INFINITY = math.inf


def exp(x: float) -> float:
    """e^x = 2^k e^r with |r| <= ln(2) / 2."""
    if math.isnan(x) or x > 710.0:
        return x if math.isnan(x) else _INFINITY
    if x < -746.0:
        return 0.0
    k = math.floor(x * LOG2_E + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    total = 1.0
    for n in range(14, 0, -1):
        total = 1.0 + r * total / n
    half = k // 2
    return total * math.ldexp(1.0, half) * math.ldexp(1.0, k - half)


def log(x: float) -> float:
    """ln(2^e m) = e ln 2 + 2 atanh((m - 1) / (m + 1)) with m between the roots of 1/2 and 2."""
    if x <= 0.0 or math.isnan(x) or x == _INFINITY:
        return -_INFINITY if x == 0.0 else (x if x > 0.0 else _NAN)
    m, e = math.frexp(x)
    if m < ROOT_HALF:
        m, e = 2.0 * m, e - 1
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    total = 0.0
    for n in range(23, 0, -2):
        total = total * z + 1.0 / n
    return e * LN2_HIGH + (e * LN2_LOW + 2.0 * s * total)


def sqrt(x: float) -> float:
    """The square root."""
    return math.sqrt(x) if x >= 0.0 else _NAN


def sin(x: float) -> float:
    """The sine of an angle of at most 2^20."""
    return _circular(x, 0)


def cos(x: float) -> float:
    """The cosine of an angle of at most 2^20."""
    return _circular(x, 1)


def _circular(x: float, quarter: int) -> float:
    """sin(x + quarter pi / 2)."""
    if not -LARGEST_ANGLE <= x <= LARGEST_ANGLE:
        return _NAN
    k = math.floor(x * TWO_OVER_PI + 0.5)
    first, second, third = HALF_PI_PARTS
    r = ((x - k * first) - k * second) - k * third
    z = r * r
    quadrant = (k + quarter) % 4
    total = 1.0
    for n in range(17 if quadrant % 2 else 18, 0, -2):
        total = 1.0 - z * total / (n * (n + 1.0))
    value = total if quadrant % 2 else r * total
    return value if quadrant < 2 else -value


def atan(x: float) -> float:
    """The arc tangent: its argument is inverted above one, and halved twice."""
    if math.isnan(x):
        return x
    t = abs(x)
    inverted = t > 1.0
    if inverted:
        t = 1.0 / t
    for _ in range(2):
        t = t / (1.0 + math.sqrt(1.0 + t * t))
    z = t * t
    total = 0.0
    for n in range(25, 0, -2):
        total = 1.0 / n - z * total
    value = 4.0 * t * total
    if inverted:
        value = HALF_PI - value
    return -value if x < 0.0 else value


def erf(x: float) -> float:
    """The error function: a series of positive terms, and a continued fraction from three on."""
    if math.isnan(x):
        return x
    t = abs(x)
    if t >= 6.5:
        value = 1.0
    elif t >= 3.0:
        tail = 0.0
        for n in range(60, 0, -1):
            tail = 0.5 * n / (t + tail)
        value = 1.0 - ONE_OVER_ROOT_PI * exp(-(t * t)) / (t + tail)
    else:
        term = total = t
        for n in range(3, 125, 2):
            term = term * (2.0 * t * t) / n
            total = total + term
        value = 2.0 * ONE_OVER_ROOT_PI * exp(-(t * t)) * total
    return -value if x < 0.0 else value


def divide(a: float, b: float) -> float:
    """A / b, not defined for b = 0."""
    return a / b if b != 0.0 else _NAN


def minimum(a: float, b: float) -> float:
    """The smaller one; NaN if either is."""
    return a if a < b or math.isnan(a) else b


def maximum(a: float, b: float) -> float:
    """The larger one; NaN if either is."""
    return a if a > b or math.isnan(a) else b


def power(a: float, b: float) -> float:
    """a^b: repeated squaring for whole exponents up to 2^10, else e^(b ln a)."""
    if math.isfinite(b) and b == math.floor(b) and abs(b) <= LARGEST_WHOLE_EXPONENT:
        total, square, left = 1.0, a, int(abs(b))
        while left:
            if left % 2:
                total = total * square
            square = square * square
            left = left // 2
        return total if b >= 0.0 else divide(1.0, total)
    if a == 0.0:
        return 0.0 if b > 0.0 else _NAN
    return exp(b * log(a))


_UNARY = {
    Op.NEGATE: lambda a: -a,
    Op.ABSOLUTE: abs,
    Op.EXP: exp,
    Op.LOG: log,
    Op.SQRT: sqrt,
    Op.SIN: sin,
    Op.COS: cos,
    Op.ATAN: atan,
    Op.ERF: erf,
}
_BINARY = {
    Op.ADD: lambda a, b: a + b,
    Op.SUBTRACT: lambda a, b: a - b,
    Op.MULTIPLY: lambda a, b: a * b,
    Op.DIVIDE: divide,
    Op.MINIMUM: minimum,
    Op.MAXIMUM: maximum,
    Op.POWER: power,
}


def evaluate(code: Code, arguments: Iterable[float]) -> list[float]:
    """Return the values of a function; NaN or infinite where it is not defined."""
    return [_evaluate(code, x) for x in arguments]


def _evaluate(code: Code, x: float) -> float:
    stack: list[float] = []
    for instruction in code:
        op = instruction.op
        if op is Op.VARIABLE:
            stack.append(x)
        elif op is Op.CONSTANT:
            stack.append(instruction.constant)
        elif op.operands == 1:
            stack.append(_UNARY[op](stack.pop()))
        else:
            right = stack.pop()
            stack.append(_BINARY[op](stack.pop(), right))
    return stack.pop()
