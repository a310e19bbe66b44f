"""Little-endian readers and writers for the canonical formats (docs/spec/schedule.md)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import TypeVar

from modulus.errors import ArtifactError
from modulus.relations.coordinate import Coordinate, CoordinateKind, Point, bits_of
from modulus.relations.form import (
    Atom,
    ClaimAtom,
    Counter,
    Form,
    Kernel,
    KernelPart,
    One,
    Selector,
    TensorAtom,
    Term,
)

T = TypeVar("T")

MAX_EXTENT = 1 << 32
"""No axis is longer; refused before anything is allocated."""


class Writer:
    """Appends fixed-width little-endian values."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def finish(self) -> bytes:
        """Return everything written."""
        return b"".join(self._parts)

    def raw(self, data: bytes) -> None:
        """Write bytes as they are."""
        self._parts.append(data)

    def number(self, layout: str, value: float) -> None:
        """Write one number in a `struct` layout without byte order."""
        try:
            self._parts.append(struct.pack("<" + layout, value))
        except struct.error as error:
            raise ArtifactError(f"the value {value} does not fit the format: {error}") from error

    def sequence(self, items: Iterable[T], write: Callable[[T], None]) -> None:
        """Write a count and the items."""
        listed = list(items)
        self.number("I", len(listed))
        for item in listed:
            write(item)

    def blob(self, data: bytes) -> None:
        """Write a byte string with its length."""
        self.number("I", len(data))
        self.raw(data)

    def text(self, value: str) -> None:
        """Write a UTF-8 string with its length."""
        self.blob(value.encode())

    def shape(self, shape: tuple[int, ...]) -> None:
        """Write a shape."""
        self.sequence(shape, lambda extent: self.number("I", extent))

    def coordinate(self, coordinate: Coordinate) -> None:
        """Write a coordinate."""
        self.number("B", coordinate.kind)
        if coordinate.kind is CoordinateKind.CHALLENGE:
            self.number("H", coordinate.stage)
        if coordinate.kind in (CoordinateKind.CHALLENGE, CoordinateKind.LOCAL):
            self.number("H", coordinate.variable)

    def point(self, point: Point) -> None:
        """Write a point."""
        self.sequence(point, self.coordinate)

    def kernel(self, kernel: Kernel) -> None:
        """Write a kernel."""
        self.number("q", kernel.constant)
        self.sequence(kernel.parts, self._kernel_part)

    def form(self, form: Form) -> None:
        """Write a form."""
        self.sequence(form.terms, self._term)

    def _kernel_part(self, part: KernelPart) -> None:
        self.number("q", part.coefficient)
        self.number("I", part.extent)
        self.point(part.coordinates)

    def _selector(self, selector: Selector) -> None:
        self.number("I", selector.extent)
        self.point(selector.coordinates)

    def _term(self, term: Term) -> None:
        self.number("q", term.coefficient)
        self.sequence(term.selectors, self._selector)
        self.sequence(term.kernels, self.kernel)
        atom = term.atom
        if isinstance(atom, One):
            self.number("B", 0)
        elif isinstance(atom, ClaimAtom):
            self.number("B", 1)
            self.number("I", atom.claim)
        elif isinstance(atom, Counter):
            self.number("B", 2)
            self.point(atom.coordinates)
        else:
            self.number("B", 3)
            self.number("I", atom.tensor)
            self.point(atom.point)


class Reader:
    """Reads what `Writer` wrote; refuses everything else with an `ArtifactError`."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._position = 0
        self._what = what

    def fail(self, detail: str) -> ArtifactError:
        """Return the error for the current position."""
        return ArtifactError(f"{self._what}: {detail} (at byte {self._position})")

    def raw(self, count: int) -> bytes:
        """Read exactly `count` bytes."""
        end = self._position + count
        if end > len(self._data):
            raise self.fail(f"truncated, {count} more bytes expected")
        piece = self._data[self._position : end]
        self._position = end
        return piece

    def magic(self, expected: bytes, version: int) -> None:
        """Read and check the magic bytes and the version."""
        if self.raw(len(expected)) != expected:
            raise self.fail("wrong magic bytes, this is another kind of file")
        found = self.integer("H")
        if found != version:
            raise self.fail(f"version {found} is not supported, expected {version}")

    def end(self) -> None:
        """Refuse trailing bytes."""
        if self._position != len(self._data):
            raise self.fail(f"{len(self._data) - self._position} trailing bytes")

    def integer(self, layout: str) -> int:
        """Read one integer in a `struct` layout."""
        value = struct.unpack("<" + layout, self.raw(struct.calcsize("<" + layout)))[0]
        return int(value)

    def real(self) -> float:
        """Read one float64."""
        return float(struct.unpack("<d", self.raw(8))[0])

    def sequence(self, read: Callable[[], T]) -> tuple[T, ...]:
        """Read a count and the items; an item takes at least one byte, which caps the count."""
        count = self.integer("I")
        if count > len(self._data) - self._position:
            raise self.fail(f"a list of {count} items does not fit the remaining bytes")
        return tuple(read() for _ in range(count))

    def blob(self) -> bytes:
        """Read a byte string."""
        return self.raw(self.integer("I"))

    def text(self) -> str:
        """Read a UTF-8 string."""
        try:
            return self.blob().decode()
        except UnicodeDecodeError as error:
            raise self.fail("text is not UTF-8") from error

    def flag(self) -> bool:
        """Read one byte that is 0 or 1."""
        value = self.integer("B")
        if value > 1:
            raise self.fail(f"a flag must be 0 or 1, found {value}")
        return value == 1

    def shape(self) -> tuple[int, ...]:
        """Read a shape."""
        return self.sequence(self._extent)

    def coordinate(self) -> Coordinate:
        """Read a coordinate."""
        number = self.integer("B")
        try:
            kind = CoordinateKind(number)
        except ValueError as error:
            raise self.fail(f"unknown coordinate kind {number}") from error
        stage = self.integer("H") if kind is CoordinateKind.CHALLENGE else 0
        has_variable = kind in (CoordinateKind.CHALLENGE, CoordinateKind.LOCAL)
        return Coordinate(kind, stage, self.integer("H") if has_variable else 0)

    def point(self) -> Point:
        """Read a point."""
        return self.sequence(self.coordinate)

    def kernel(self) -> Kernel:
        """Read a kernel."""
        return Kernel(self.integer("q"), self.sequence(self._kernel_part))

    def form(self) -> Form:
        """Read a form."""
        return Form(self.sequence(self._term))

    def _extent(self) -> int:
        extent = self.integer("I")
        if extent < 1:
            raise self.fail("an axis must have at least one entry")
        return extent

    def _kernel_part(self) -> KernelPart:
        coefficient, extent, point = self.integer("q"), self._extent(), self.point()
        if len(point) != bits_of(extent):
            raise self.fail(f"{len(point)} coordinates for an axis of {extent}")
        return KernelPart(coefficient, extent, point)

    def _selector(self) -> Selector:
        extent, point = self._extent(), self.point()
        if len(point) != bits_of(extent):
            raise self.fail(f"{len(point)} coordinates for an axis of {extent}")
        return Selector(extent, point)

    def _term(self) -> Term:
        coefficient = self.integer("q")
        selectors = self.sequence(self._selector)
        kernels = self.sequence(self.kernel)
        return Term(coefficient, self._atom(), selectors, kernels)

    def _atom(self) -> Atom:
        kind = self.integer("B")
        if kind == 0:
            return One()
        if kind == 1:
            return ClaimAtom(self.integer("I"))
        if kind == 2:
            return Counter(self.point())
        if kind == 3:
            return TensorAtom(self.integer("I"), self.point())
        raise self.fail(f"unknown atom kind {kind}")
