"""The schedule: the straight-line program that every verifier replays (docs/spec/schedule.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modulus.relations.coordinate import Coordinate, Point, block_bits
from modulus.relations.form import Form, Kernel
from modulus.relations.system import Role

SCHEDULE_VERSION = 1
"""Bumped whenever the bytes or their meaning change; readers refuse any other version."""

LOOKUPS_PER_GROUP = 4
"""A helper column serves up to four lookups: the identity then has degree six with its weight."""

ROW_KINDS = (Role.TABLE, Role.WEIGHT, Role.PORT, Role.TRACE, Role.HELPER)
"""Kinds of rows in row order; on the wire a row kind is its position in this tuple."""


@dataclass(frozen=True, slots=True)
class PlacedTensor:
    """A tensor and, when it is committed, where its block lies."""

    role: Role
    shape: tuple[int, ...]
    low: int
    high: int
    row: int = 0
    offset: int = 0

    @property
    def bits(self) -> int:
        """Number of index bits of the padded block."""
        return block_bits(self.shape)

    @property
    def committed(self) -> bool:
        """Whether the tensor has slots of its own."""
        return self.role is not Role.VIRTUAL


@dataclass(frozen=True, slots=True)
class Claim:
    """The tensor's multilinear extension at the point has the value absorbed at this stage."""

    tensor: int
    stage: int
    point: Point


@dataclass(frozen=True, slots=True)
class PointwiseIdentity:
    """Sum of coefficient * product of forms is zero on the shape."""

    shape: tuple[int, ...]
    products: tuple[tuple[int, tuple[Form, ...]], ...]


@dataclass(frozen=True, slots=True)
class GroupedLookup:
    """One lookup of a group: a row of `table` at every index."""

    table: int
    columns: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class LookupGroup:
    """Up to four lookups of one shape that share a helper column."""

    shape: tuple[int, ...]
    helper_claim: int
    lookups: tuple[GroupedLookup, ...]


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A table: counters with offsets, then value forms; its multiplicities and helper column."""

    shape: tuple[int, ...]
    offsets: tuple[int, ...]
    values: tuple[Form, ...]
    multiplicity_claim: int
    helper_claim: int


@dataclass(frozen=True, slots=True)
class StepSummand:
    """One summand of an instance: product of eq factors, kernels and forms over its variables."""

    variables: int
    eq: tuple[tuple[Coordinate, int], ...]
    kernels: tuple[Kernel, ...]
    factors: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """claim - offset = sum over the variables of the summands."""

    claim: int
    offset: Form
    summands: tuple[StepSummand, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One batched sumcheck over contractions or over rewires."""

    variables: int
    degree: int
    instances: tuple[Instance, ...]


@dataclass(frozen=True, slots=True)
class PublicTensor:
    """A committed tensor whose values are part of the statement."""

    tensor: int
    width: int
    is_output: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything a verifier has to know about one architecture."""

    row_bits: int
    row_kinds: tuple[Role, ...]
    tensors: tuple[PlacedTensor, ...]
    columns: int
    claims: tuple[Claim, ...]
    zero_check_variables: int
    zero_check_degree: int
    pointwise: tuple[PointwiseIdentity, ...]
    groups: tuple[LookupGroup, ...]
    tables: tuple[LookupTable, ...]
    steps: tuple[Step, ...]
    padding: tuple[int, ...]
    public: tuple[PublicTensor, ...]

    def claims_of_stage(self, stage: int) -> range:
        """Return the numbers of the claims that are absorbed at a stage."""
        numbers = [i for i, claim in enumerate(self.claims) if claim.stage == stage]
        return range(numbers[0], numbers[-1] + 1) if numbers else range(0)

    def kernels(self) -> Iterator[Kernel]:
        """Every kernel that a verifier evaluates."""
        for step in self.steps:
            for instance in step.instances:
                for term in instance.offset.terms:
                    yield from term.kernels
                for summand in instance.summands:
                    yield from summand.kernels

    def rows_of(self, role: Role) -> int:
        """Return the number of rows of one kind."""
        return sum(1 for kind in self.row_kinds if kind is role)
