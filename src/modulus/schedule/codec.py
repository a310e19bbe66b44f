"""Binary form of a schedule (docs/spec/schedule.md, section 5)."""

from __future__ import annotations

from modulus.relations.coordinate import Coordinate
from modulus.relations.form import Form
from modulus.relations.system import Role
from modulus.relations.wire import Reader, Writer
from modulus.schedule.model import (
    ROW_KINDS,
    SCHEDULE_VERSION,
    Claim,
    GroupedLookup,
    Instance,
    LookupGroup,
    LookupTable,
    PlacedTensor,
    PointwiseIdentity,
    PublicTensor,
    Schedule,
    Step,
    StepSummand,
)

SCHEDULE_MAGIC = b"MODULUS.SCHEDULE"


def encode_schedule(schedule: Schedule) -> bytes:
    """Serialise a schedule; equal schedules have equal bytes."""
    writer = Writer()
    writer.raw(SCHEDULE_MAGIC)
    writer.number("H", SCHEDULE_VERSION)

    def tensor(item: PlacedTensor) -> None:
        writer.number("B", item.role)
        writer.shape(item.shape)
        writer.number("q", item.low)
        writer.number("q", item.high)
        writer.number("I", item.row)
        writer.number("I", item.offset)

    def claim(item: Claim) -> None:
        writer.number("I", item.tensor)
        writer.number("H", item.stage)
        writer.point(item.point)

    def product(item: tuple[int, tuple[Form, ...]]) -> None:
        writer.number("q", item[0])
        writer.sequence(item[1], writer.form)

    def pointwise(item: PointwiseIdentity) -> None:
        writer.shape(item.shape)
        writer.sequence(item.products, product)

    def lookup(item: GroupedLookup) -> None:
        writer.number("I", item.table)
        writer.sequence(item.columns, writer.form)

    def group(item: LookupGroup) -> None:
        writer.shape(item.shape)
        writer.number("I", item.helper_claim)
        writer.sequence(item.lookups, lookup)

    def table(item: LookupTable) -> None:
        writer.shape(item.shape)
        writer.sequence(item.offsets, lambda offset: writer.number("q", offset))
        writer.sequence(item.values, writer.form)
        writer.number("I", item.multiplicity_claim)
        writer.number("I", item.helper_claim)

    def eq_pair(item: tuple[Coordinate, int]) -> None:
        writer.coordinate(item[0])
        writer.number("H", item[1])

    def summand(item: StepSummand) -> None:
        writer.number("B", item.variables)
        writer.sequence(item.eq, eq_pair)
        writer.sequence(item.kernels, writer.kernel)
        writer.sequence(item.factors, writer.form)

    def instance(item: Instance) -> None:
        writer.number("I", item.claim)
        writer.form(item.offset)
        writer.sequence(item.summands, summand)

    def step(item: Step) -> None:
        writer.number("B", item.variables)
        writer.number("B", item.degree)
        writer.sequence(item.instances, instance)

    def public(item: PublicTensor) -> None:
        writer.number("I", item.tensor)
        writer.number("B", item.width)
        writer.number("B", item.is_output)

    writer.number("B", schedule.row_bits)
    writer.sequence(schedule.row_kinds, lambda kind: writer.number("B", ROW_KINDS.index(kind)))
    writer.sequence(schedule.tensors, tensor)
    writer.number("B", schedule.columns)
    writer.sequence(schedule.claims, claim)
    writer.number("B", schedule.zero_check_variables)
    writer.number("B", schedule.zero_check_degree)
    writer.sequence(schedule.pointwise, pointwise)
    writer.sequence(schedule.groups, group)
    writer.sequence(schedule.tables, table)
    writer.sequence(schedule.steps, step)
    writer.sequence(schedule.padding, lambda number: writer.number("I", number))
    writer.sequence(schedule.public, public)
    return writer.finish()


def decode_schedule(data: bytes) -> Schedule:
    """Read a schedule.

    Raises:
        ArtifactError: The bytes are not the canonical form of a schedule.
    """
    reader = Reader(data, "schedule")
    reader.magic(SCHEDULE_MAGIC, SCHEDULE_VERSION)

    def row_kind() -> Role:
        number = reader.integer("B")
        if number >= len(ROW_KINDS):
            raise reader.fail(f"unknown row kind {number}")
        return ROW_KINDS[number]

    def tensor() -> PlacedTensor:
        number = reader.integer("B")
        if number not in set(Role):
            raise reader.fail(f"unknown tensor kind {number}")
        return PlacedTensor(
            Role(number),
            reader.shape(),
            reader.integer("q"),
            reader.integer("q"),
            reader.integer("I"),
            reader.integer("I"),
        )

    def claim() -> Claim:
        return Claim(reader.integer("I"), reader.integer("H"), reader.point())

    def product() -> tuple[int, tuple[Form, ...]]:
        return reader.integer("q"), reader.sequence(reader.form)

    def pointwise() -> PointwiseIdentity:
        return PointwiseIdentity(reader.shape(), reader.sequence(product))

    def lookup() -> GroupedLookup:
        return GroupedLookup(reader.integer("I"), reader.sequence(reader.form))

    def group() -> LookupGroup:
        return LookupGroup(reader.shape(), reader.integer("I"), reader.sequence(lookup))

    def table() -> LookupTable:
        return LookupTable(
            reader.shape(),
            reader.sequence(lambda: reader.integer("q")),
            reader.sequence(reader.form),
            reader.integer("I"),
            reader.integer("I"),
        )

    def eq_pair() -> tuple[Coordinate, int]:
        return reader.coordinate(), reader.integer("H")

    def summand() -> StepSummand:
        return StepSummand(
            reader.integer("B"),
            reader.sequence(eq_pair),
            reader.sequence(reader.kernel),
            reader.sequence(reader.form),
        )

    def instance() -> Instance:
        return Instance(reader.integer("I"), reader.form(), reader.sequence(summand))

    def step() -> Step:
        return Step(reader.integer("B"), reader.integer("B"), reader.sequence(instance))

    def public() -> PublicTensor:
        return PublicTensor(reader.integer("I"), reader.integer("B"), reader.flag())

    schedule = Schedule(
        reader.integer("B"),
        reader.sequence(row_kind),
        reader.sequence(tensor),
        reader.integer("B"),
        reader.sequence(claim),
        reader.integer("B"),
        reader.integer("B"),
        reader.sequence(pointwise),
        reader.sequence(group),
        reader.sequence(table),
        reader.sequence(step),
        reader.sequence(lambda: reader.integer("I")),
        reader.sequence(public),
    )
    reader.end()
    return schedule
