"""Coordinates: what one index bit of a tensor is replaced by when a claim is stated about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class CoordinateKind(IntEnum):
    """The numbers are those of the binary format (docs/spec/schedule.md, section 5)."""

    ZERO = 0
    ONE = 1
    HALF = 2
    CHALLENGE = 3
    LOCAL = 4


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One coordinate of a point.

    A `LOCAL` coordinate is a free index bit of the relation that declares it and occurs in
    relations only. The schedule replaces it by the challenge `variable` of sumcheck `stage`.
    """

    kind: CoordinateKind
    stage: int = 0
    variable: int = 0


ZERO = Coordinate(CoordinateKind.ZERO)
ONE = Coordinate(CoordinateKind.ONE)
HALF = Coordinate(CoordinateKind.HALF)
"""The average over both values of a bit: a sum over an axis is 2^bits times the value at halves."""

Point = tuple[Coordinate, ...]
"""One coordinate per bit of a padded block, lowest bit first."""


def challenge(stage: int, variable: int) -> Coordinate:
    """Return the challenge of one round of one sumcheck."""
    return Coordinate(CoordinateKind.CHALLENGE, stage, variable)


def local(variable: int) -> Coordinate:
    """Return a free index bit of a relation."""
    return Coordinate(CoordinateKind.LOCAL, 0, variable)


def local_point(bits: int, first: int = 0) -> Point:
    """Return `bits` consecutive free index bits."""
    return tuple(local(first + bit) for bit in range(bits))


def bits_of(extent: int) -> int:
    """Return the number of index bits of an axis: ceil(log2(extent)), 0 for an axis of size one."""
    if extent < 1:
        raise ValueError(f"an axis must have at least one entry, got {extent}")
    return (extent - 1).bit_length()


def block_bits(shape: tuple[int, ...]) -> int:
    """Return the number of index bits of a padded block."""
    return sum(bits_of(extent) for extent in shape)


def axis_offsets(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the lowest bit of each axis inside the padded block; the last axis comes first."""
    offsets = [0] * len(shape)
    position = 0
    for axis in reversed(range(len(shape))):
        offsets[axis] = position
        position += bits_of(shape[axis])
    return tuple(offsets)


def axis_points(shape: tuple[int, ...], point: Point) -> tuple[Point, ...]:
    """Split a point of a padded block into the points of its axes."""
    offsets = axis_offsets(shape)
    return tuple(
        point[offset : offset + bits_of(extent)]
        for offset, extent in zip(offsets, shape, strict=True)
    )
