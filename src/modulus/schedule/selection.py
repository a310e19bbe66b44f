"""Whether a definition selects: each of its entries is one entry of its sources, or the fill.

Then its range is theirs. Any other definition may add entries up, and a verifying key may carry
one that adds them up although it calls itself a rewire.

Source:
    PROTOCOL.md section 5 gives the kernels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import gcd

from modulus.relations.coordinate import (
    HALF,
    Coordinate,
    CoordinateKind,
    axis_points,
    block_bits,
    local_point,
)
from modulus.relations.form import Form, Kernel, KernelPart, Selector, substitute_kernel
from modulus.relations.system import Definition, Summand

MAX_PAIRS = 1 << 12
"""Of summands that are compared one by one."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """The values that a kernel's sum over the index of the result may have where it is not zero."""

    low: int
    high: int
    step: int
    """They differ by multiples of it."""

    def misses(self, other: _Reach) -> bool:
        """Whether no value is in both."""
        step = gcd(self.step, other.step)
        return (
            self.high < other.low
            or other.high < self.low
            or (step > 0 and (self.low - other.low) % step != 0)
        )


def fill_of(definition: Definition, shape: tuple[int, ...]) -> int | None:
    """Return what a selecting definition is where no source entry is; None if it does not select.

    Args:
        definition: Of a well-formed system.
        shape: Of the tensor that it defines.
    """
    kept = block_bits(shape)
    summands = definition.summands
    if not all(_picks_one(summand, kept) for summand in summands) or not _disjoint(summands, kept):
        return None
    if not definition.offset.terms:
        return 0
    return _fill(definition.offset, summands, shape)


def _picks_one(summand: Summand, kept: int) -> bool:
    """Whether at most one value of the bound bits meets an index of the result.

    The bound parts of a kernel must be the digits of a mixed radix: every stride exceeds what all
    smaller ones can add up to.
    """
    if len(summand.factors) != 1 or any(bit < kept for bit in summand.variables):
        return False
    determined: set[int] = set()
    for kernel in summand.kernels:
        reach = 0
        bound = _bound(kernel, kept)
        for part in sorted(bound, key=lambda part: abs(part.coefficient)):
            bits = [c.variable for c in part.coordinates if _is_bound(c, kept)]
            if len(bits) < len(part.coordinates) or abs(part.coefficient) <= reach:
                return False
            reach += abs(part.coefficient) * (part.extent - 1)
            determined.update(bits)
    return determined == set(summand.variables)


def _disjoint(summands: tuple[Summand, ...], kept: int) -> bool:
    """Whether no two summands meet one index of the result."""
    reaches = [_reaches(summand, kept) for summand in summands]
    shared = set(reaches[0]).intersection(*reaches[1:]) if reaches else set()
    for parts in shared:
        ordered = sorted((held[parts] for held in reaches), key=lambda reach: reach.low)
        if all(first.high < second.low for first, second in pairwise(ordered)):
            return True
    pairs = len(reaches) * (len(reaches) - 1) // 2
    return pairs <= MAX_PAIRS and all(
        any(parts in second and reach.misses(second[parts]) for parts, reach in first.items())
        for first, second in combinations(reaches, 2)
    )


def _reaches(summand: Summand, kept: int) -> dict[tuple[KernelPart, ...], _Reach]:
    """Return the reach of every kernel by its parts that are the index of the result."""
    found = {}
    for kernel in summand.kernels:
        bound = _bound(kernel, kept)
        ends = [-part.coefficient * (part.extent - 1) for part in bound]
        low = sum(min(0, end) for end in ends) - kernel.constant
        high = sum(max(0, end) for end in ends) - kernel.constant
        parts = tuple(part for part in kernel.parts if part.coordinates and part not in bound)
        found[parts] = _Reach(low, high, gcd(*(part.coefficient for part in bound)))
    return found


def _fill(offset: Form, summands: tuple[Summand, ...], shape: tuple[int, ...]) -> int | None:
    """Return the integer of an offset that is taken back exactly where a summand is."""
    kept = block_bits(shape)
    plain = [term for term in offset.terms if not term.kernels]
    others = [term for term in offset.terms if term.kernels]
    if len(plain) != 1 or len(others) != len(summands):
        return None
    # These are one at every index inside the shape.
    axes = {
        Selector(extent, point)
        for extent, point in zip(shape, axis_points(shape, local_point(kept)), strict=True)
    }
    fill = plain[0].coefficient
    expected = [(-fill << len(item.variables), _halved(item.kernels, kept)) for item in summands]
    found = [(term.coefficient, term.kernels) for term in others]
    if found != expected or not all(axes.issuperset(term.selectors) for term in offset.terms):
        return None
    return fill


def _halved(kernels: Iterable[Kernel], kept: int) -> tuple[Kernel, ...]:
    """Return the kernels averaged over the bound bits."""
    return tuple(
        substitute_kernel(kernel, lambda c: HALF if _is_bound(c, kept) else c) for kernel in kernels
    )


def _bound(kernel: Kernel, kept: int) -> list[KernelPart]:
    return [part for part in kernel.parts if any(_is_bound(c, kept) for c in part.coordinates)]


def _is_bound(coordinate: Coordinate, kept: int) -> bool:
    return coordinate.kind is CoordinateKind.LOCAL and coordinate.variable >= kept
