"""Where every field of a proof and of a verifying key lies, by the layout of one model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from modulus.reference.key import VerifyingKey
from modulus.relations.system import Role
from modulus.schedule.model import Schedule


class Kind(StrEnum):
    """How a field is encoded, which decides how it can be mutated."""

    RAW = "raw"
    LENGTH = "length"
    PUBLIC = "public value"
    SCALAR = "scalar"
    POINT = "point"
    TWIST_POINT = "twist point"
    BLOB = "blob"
    """Has fields of its own, which `structure` enumerates."""


SIZES = {Kind.LENGTH: 4, Kind.SCALAR: 32, Kind.POINT: 64, Kind.TWIST_POINT: 128}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one file."""

    name: str
    """The manifest's name, the same for all fields that are treated alike."""
    where: str
    kind: Kind
    start: int
    length: int
    low: int = 0
    high: int = 0
    """The range of a public value."""

    @property
    def end(self) -> int:
        return self.start + self.length

    def read(self, data: bytes) -> bytes:
        return data[self.start : self.end]

    def written(self, data: bytes, content: bytes) -> bytes:
        """The file with another content of this field; its length may differ."""
        return data[: self.start] + content + data[self.end :]


class _Layout:
    def __init__(self) -> None:
        self.fields: list[Field] = []
        self.position = 0

    def add(
        self, name: str, kind: Kind, where: str = "", length: int = 0, low: int = 0, high: int = 0
    ) -> None:
        size = SIZES.get(kind, length)
        self.fields.append(Field(name, where or name, kind, self.position, size, low, high))
        self.position += size

    def scalars(self, name: str, where: str, count: int) -> None:
        for number in range(count):
            self.add(name, Kind.SCALAR, f"{where}, scalar {number}")

    def points(self, name: str, count: int) -> None:
        for number in range(count):
            self.add(name, Kind.POINT, f"{name} {number}")


def _head(schedule: Schedule) -> _Layout:
    """What both forms of proof begin with."""
    layout = _Layout()
    layout.add("magic", Kind.RAW, length=16)
    layout.add("version", Kind.RAW, length=2)
    layout.add("mode", Kind.RAW, length=1)
    layout.add("key digest", Kind.RAW, length=32)
    layout.add("public length", Kind.LENGTH)
    for item in schedule.public:
        tensor = schedule.tensors[item.tensor]
        name = "public output" if item.is_output else "public input"
        for number in range(math.prod(tensor.shape)):
            where = f"{name} of tensor {item.tensor}, value {number}"
            layout.add(name, Kind.PUBLIC, where, item.width, tensor.low, tensor.high)
    return layout


def sealed_fields(schedule: Schedule) -> list[Field]:
    """Every field of a sealed proof whose public values are not packed, in file order."""
    layout = _head(schedule)
    layout.add("committed length", Kind.LENGTH)
    layout.points("committed row", schedule.rows_of(Role.PORT))
    layout.points("trace row", schedule.rows_of(Role.TRACE))
    layout.points("helper row", schedule.rows_of(Role.HELPER))
    for name in ("S", "W", "W'"):
        layout.points(name, 1)
    for name in ("rho", "zeta", "t0", "a1", "a2", "s1", "s2", "P"):
        layout.scalars(name, name, 1)
    layout.points("A", 1)
    layout.add("B", Kind.TWIST_POINT)
    layout.points("C", 1)
    return layout.fields


def proof_fields(schedule: Schedule) -> list[Field]:
    """Every field of a transparent proof, in file order and without gaps."""
    layout = _head(schedule)
    layout.points("trace row", schedule.rows_of(Role.TRACE))
    layout.points("helper row", schedule.rows_of(Role.HELPER))
    for name in ("S", "W", "W'"):
        layout.points(name, 1)
    for stage, (variables, degree) in enumerate(_stages(schedule)):
        name = "step" if stage else "zero-check"
        for variable in reversed(range(variables)):
            layout.scalars(f"{name} round", f"stage {stage}, variable {variable}", degree)
        layout.scalars(
            f"{name} claim", f"claims of stage {stage}", len(schedule.claims_of_stage(stage))
        )
    for variable in reversed(range(schedule.row_bits)):
        layout.scalars("reduction round", f"reduction, variable {variable}", 2)
    layout.scalars("row value", "row values", len(schedule.row_kinds))
    for name in ("a1", "a2", "s1", "s2"):
        layout.scalars(name, name, 1)
    return layout.fields


def _stages(schedule: Schedule) -> Iterator[tuple[int, int]]:
    yield schedule.zero_check_variables, schedule.zero_check_degree
    for step in schedule.steps:
        yield step.variables, step.degree


def key_fields(key: VerifyingKey) -> list[Field]:
    """Every field of a verifying key, in file order and without gaps."""
    layout = _Layout()
    layout.add("magic", Kind.RAW, length=16)
    layout.add("version", Kind.RAW, length=2)
    layout.add("development", Kind.RAW, length=1)
    layout.add("file hash", Kind.RAW, length=32)
    layout.add("system length", Kind.LENGTH)
    layout.add("system", Kind.BLOB, length=len(key.system_bytes))
    layout.add("schedule length", Kind.LENGTH)
    layout.add("schedule", Kind.BLOB, length=len(key.schedule_bytes))
    layout.add("tau", Kind.TWIST_POINT)
    layout.add("number of commitments", Kind.LENGTH)
    tables = key.schedule.rows_of(Role.TABLE)
    layout.points("table commitment", tables)
    layout.points("weight commitment", len(key.points) - tables)
    for of, opening in (("table", key.table_opening), ("weight", key.weight_opening)):
        layout.add(f"has {of} opening", Kind.RAW, length=1)
        if opening is not None:
            layout.points(f"{of} opening", 1)
    layout.add("has seal", Kind.RAW, length=1)
    if key.seal is not None:
        layout.add("circuit hash", Kind.RAW, length=32)
        layout.points("alpha", 1)
        layout.add("beta", Kind.TWIST_POINT)
        layout.add("delta", Kind.TWIST_POINT)
        layout.points("IC", 4)
        layout.add("evidence", Kind.RAW, length=len(key.seal.evidence))
        layout.add("setup length", Kind.LENGTH)
    return layout.fields


def cover(fields: Sequence[Field], length: int) -> bool:
    """Whether the fields are the whole file: no gap, no overlap, nothing after the last."""
    ends = [0, *(field.end for field in fields)]
    return [field.start for field in fields] == ends[:-1] and ends[-1] == length
