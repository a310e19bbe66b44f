"""What tables hold, as part of the relation system: a function's name is not enough.

A table of a real function says which function, at which arguments, in which unit; everybody can
compute its integers again. A table of anything else lists them.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from modulus.errors import ArtifactError
from modulus.relations.function import Code, check_code, read_code, write_code
from modulus.relations.wire import Reader, Writer

MAX_TABLE_ENTRIES = 1 << 24
"""Of all tables of a system together."""
MAX_TABLE_WORK = 1 << 31
"""Floating-point operations, of all tables of a system together: seconds of the native core."""

Evaluate = Callable[[Code, "array[float]"], Sequence[float]]
"""Values of a function at arguments."""


@dataclass(frozen=True, slots=True)
class FunctionTable:
    """Row i holds floor(f((first + i) * step) / unit + 1/2), in double precision."""

    code: Code
    first: int
    step: float
    """The real number that one unit of the argument stands for."""
    unit: float
    """The real number that one unit of the entries stands for."""


@dataclass(frozen=True, slots=True)
class ListedTable:
    """Integers in C order."""

    integers: tuple[int, ...]


Contents = FunctionTable | ListedTable


def check_contents(contents: Contents, shape: tuple[int, ...]) -> int:
    """Check that contents fit a table's shape, and return what recomputing them costs.

    Raises:
        ArtifactError: They do not, or are not defined.
    """
    entries = math.prod(shape)
    if isinstance(contents, ListedTable):
        if len(contents.integers) != entries:
            raise ArtifactError(f"{len(contents.integers)} entries for the shape {shape}")
        return entries
    if len(shape) != 1:
        raise ArtifactError(f"the table of a function has the shape {shape}")
    for scale in (contents.step, contents.unit):
        if not 0 < scale < math.inf:
            raise ArtifactError(f"the table of a function has the scale {scale}")
    check_code(contents.code)
    return entries * sum(instruction.op.work for instruction in contents.code)


def entries_of(contents: Contents, shape: tuple[int, ...], evaluate: Evaluate) -> array[int]:
    """Return a table's integers.

    Raises:
        ArtifactError: The function is not defined on all rows, or a value needs more than 63 bits.
    """
    if isinstance(contents, ListedTable):
        return array("q", contents.integers)
    first, step, unit = contents.first, contents.step, contents.unit
    arguments = array("d", ((first + row) * step for row in range(shape[0])))
    scaled = [value / unit + 0.5 for value in evaluate(contents.code, arguments)]
    if not all(abs(value) < 1 << 62 for value in scaled):
        raise ArtifactError("a function is not defined on all rows of its table")
    return array("q", map(math.floor, scaled))


def write_contents(writer: Writer, contents: Contents) -> None:
    """Write u8 kind, then the fields."""
    if isinstance(contents, FunctionTable):
        writer.number("B", 0)
        write_code(writer, contents.code)
        writer.number("q", contents.first)
        writer.number("d", contents.step)
        writer.number("d", contents.unit)
    else:
        writer.number("B", 1)
        writer.sequence(contents.integers, lambda integer: writer.number("q", integer))


def read_contents(reader: Reader) -> Contents:
    """Read what `write_contents` wrote.

    Raises:
        ArtifactError: It is not that.
    """
    if reader.flag():
        return ListedTable(reader.sequence(lambda: reader.integer("q")))
    code = read_code(reader)
    return FunctionTable(code, reader.integer("q"), reader.real(), reader.real())
