"""Multilinear polynomials a verifier evaluates by itself, in time logarithmic in their tables.

Bit k of a table index (value 2^k) is variable k, and coordinate k of a point belongs to variable
k: points are written low bit first.

Source:
    Modulus protocol sections 1, 2 and 5; vectors/multilinear/selectors.json.
"""

from collections.abc import Sequence

from modulus.reference.field import SCALAR_MODULUS


def eq(left: Sequence[int], right: Sequence[int]) -> int:
    """Multilinear extension of equality: 1 on equal Boolean points, 0 on different ones.

    Raises:
        ValueError: If the points differ in their number of coordinates.
    """
    if len(left) != len(right):
        raise ValueError(f"points have {len(left)} and {len(right)} coordinates")
    product = 1
    for a, b in zip(left, right, strict=True):
        product = product * (1 - a - b + 2 * a * b) % SCALAR_MODULUS
    return product


def eq_table(point: Sequence[int]) -> list[int]:
    """All values eq(point, i) for i = 0 .. 2^len(point) - 1, dense."""
    table = [1]
    for coordinate in point:
        high = [coordinate * entry % SCALAR_MODULUS for entry in table]
        low = [(entry - raised) % SCALAR_MODULUS for entry, raised in zip(table, high, strict=True)]
        table = low + high
    return table


def evaluate(table: Sequence[int], point: Sequence[int]) -> int:
    """Value at `point` of the multilinear extension of a dense table; missing entries are 0.

    Raises:
        ValueError: If the table has more than 2^len(point) entries.
    """
    _require_fits(len(table), point)
    # zip stops at the shorter sequence: entries past the end of the table are zero.
    weights = eq_table(point)
    return sum(entry * weight for entry, weight in zip(table, weights)) % SCALAR_MODULUS  # noqa: B905


def selector(extent: int, point: Sequence[int]) -> int:
    """Multilinear extension of ``[i < extent]``.

    Raises:
        ValueError: If `extent` is negative or exceeds 2^len(point).
    """
    _require_fits(extent, point)
    if extent == 1 << len(point):
        return 1
    # Invariant: `below` is the weight of all indices whose low bits are below those of extent.
    below = 0
    for position, coordinate in enumerate(point):
        if extent >> position & 1:
            below = (coordinate * below + 1 - coordinate) % SCALAR_MODULUS
        else:
            below = (1 - coordinate) * below % SCALAR_MODULUS
    return below


def shape_selector(shape: Sequence[int], points: Sequence[Sequence[int]]) -> int:
    """Multilinear extension of "inside the shape": the product of one selector per axis."""
    product = 1
    for extent, point in zip(shape, points, strict=True):
        product = product * selector(extent, point) % SCALAR_MODULUS
    return product


def full_powers(base: int, point: Sequence[int]) -> int:
    """Multilinear extension of ``i -> base^i`` over all 2^len(point) indices."""
    product = 1
    power = base % SCALAR_MODULUS
    for coordinate in point:
        product = product * (1 - coordinate + coordinate * power) % SCALAR_MODULUS
        power = power * power % SCALAR_MODULUS
    return product


def truncated_powers(extent: int, base: int, point: Sequence[int]) -> int:
    """Multilinear extension of ``i -> base^i * [i < extent]``.

    Raises:
        ValueError: If `extent` is negative or exceeds 2^len(point).
    """
    _require_fits(extent, point)
    if extent == 1 << len(point):
        return full_powers(base, point)
    below = 0
    full = 1
    power = base % SCALAR_MODULUS
    for position, coordinate in enumerate(point):
        if extent >> position & 1:
            # A 0 here puts the index below extent whatever its lower bits are.
            below = ((1 - coordinate) * full + coordinate * power * below) % SCALAR_MODULUS
        else:
            below = (1 - coordinate) * below % SCALAR_MODULUS
        full = full * (1 - coordinate + coordinate * power) % SCALAR_MODULUS
        power = power * power % SCALAR_MODULUS
    return below


def _require_fits(extent: int, point: Sequence[int]) -> None:
    if not 0 <= extent <= 1 << len(point):
        raise ValueError(f"extent {extent} does not fit {len(point)} coordinates")
