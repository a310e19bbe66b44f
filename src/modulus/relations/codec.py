"""Canonical bytes of a relation system: the weight-free model that a verifying key is bound to."""

from __future__ import annotations

from modulus.errors import ArtifactError
from modulus.relations.contents import read_contents, write_contents
from modulus.relations.system import (
    CommittedPort,
    Definition,
    DefinitionKind,
    Lookup,
    Pointwise,
    Product,
    Public,
    RelationSystem,
    Role,
    Summand,
    Table,
    Tensor,
)
from modulus.relations.wire import Reader, Writer

SYSTEM_MAGIC = b"MODULUS.SYSTEM\0\0"
SYSTEM_VERSION = 3
_OUTPUT, _COLUMNS = 1, 2
"""Flags of a public tensor: it is an output; factors per column follow its shape."""


def encode_system(system: RelationSystem) -> bytes:
    """Serialise a relation system; equal systems have equal bytes."""
    writer = Writer()
    writer.raw(SYSTEM_MAGIC)
    writer.number("H", SYSTEM_VERSION)

    def tensor(item: Tensor) -> None:
        writer.text(item.name)
        writer.shape(item.shape)
        writer.number("q", item.low)
        writer.number("q", item.high)
        writer.number("B", item.role)
        if item.role is Role.TABLE:
            if item.contents is None:
                raise ArtifactError(f"nothing says what the table {item.name} holds")
            write_contents(writer, item.contents)

    def product(item: Product) -> None:
        writer.number("q", item.coefficient)
        writer.sequence(item.factors, writer.form)

    def pointwise(item: Pointwise) -> None:
        writer.text(item.name)
        writer.shape(item.shape)
        writer.sequence(item.products, product)

    def table(item: Table) -> None:
        writer.text(item.name)
        writer.shape(item.shape)
        writer.sequence(item.offsets, lambda offset: writer.number("q", offset))
        writer.sequence(item.values, writer.form)

    def lookup(item: Lookup) -> None:
        writer.text(item.name)
        writer.shape(item.shape)
        writer.number("I", item.table)
        writer.sequence(item.columns, writer.form)

    def summand(item: Summand) -> None:
        writer.sequence(item.variables, lambda variable: writer.number("H", variable))
        writer.sequence(item.kernels, writer.kernel)
        writer.sequence(item.factors, writer.form)

    def definition(item: Definition) -> None:
        writer.number("I", item.tensor)
        writer.number("B", item.kind)
        writer.form(item.offset)
        writer.sequence(item.summands, summand)

    def public(item: Public) -> None:
        writer.number("I", item.tensor)
        writer.text(item.name)
        writer.number("B", item.width)
        writer.number("B", _OUTPUT * item.is_output + _COLUMNS * bool(item.columns))
        writer.number("d", item.scale)
        writer.shape(item.shape)
        if item.columns:
            writer.sequence(item.columns, lambda factor: writer.number("d", factor))

    def committed(item: CommittedPort) -> None:
        writer.number("I", item.tensor)
        writer.text(item.name)
        writer.number("B", item.is_output)
        writer.number("d", item.scale)

    writer.sequence(system.tensors, tensor)
    writer.sequence(system.pointwise, pointwise)
    writer.sequence(system.tables, table)
    writer.sequence(system.lookups, lookup)
    writer.sequence(system.definitions, definition)
    writer.sequence(system.public, public)
    writer.sequence(system.committed, committed)
    return writer.finish()


def decode_system(data: bytes) -> RelationSystem:
    """Read a relation system.

    Raises:
        ArtifactError: The bytes are not the canonical form of a relation system.
    """
    reader = Reader(data, "relation system")
    reader.magic(SYSTEM_MAGIC, SYSTEM_VERSION)

    def tensor() -> Tensor:
        name, shape = reader.text(), reader.shape()
        low, high, role = reader.integer("q"), reader.integer("q"), reader.integer("B")
        if low > high or role not in set(Role):
            raise reader.fail(f"tensor {name!r} has an empty range or an unknown role")
        contents = read_contents(reader) if role == Role.TABLE else None
        return Tensor(name, shape, low, high, Role(role), contents)

    def product() -> Product:
        return Product(reader.integer("q"), reader.sequence(reader.form))

    def pointwise() -> Pointwise:
        return Pointwise(reader.text(), reader.shape(), reader.sequence(product))

    def table() -> Table:
        return Table(
            reader.text(),
            reader.shape(),
            reader.sequence(lambda: reader.integer("q")),
            reader.sequence(reader.form),
        )

    def lookup() -> Lookup:
        return Lookup(
            reader.text(), reader.shape(), reader.integer("I"), reader.sequence(reader.form)
        )

    def summand() -> Summand:
        return Summand(
            reader.sequence(lambda: reader.integer("H")),
            reader.sequence(reader.kernel),
            reader.sequence(reader.form),
        )

    def definition() -> Definition:
        target, kind = reader.integer("I"), reader.integer("B")
        if kind not in set(DefinitionKind):
            raise reader.fail(f"unknown kind of definition {kind}")
        return Definition(target, DefinitionKind(kind), reader.form(), reader.sequence(summand))

    def public() -> Public:
        tensor, name, width = reader.integer("I"), reader.text(), reader.integer("B")
        flags, scale, shape = reader.integer("B"), reader.real(), reader.shape()
        if flags > _OUTPUT + _COLUMNS:
            raise reader.fail(f"public tensor {name!r} has unknown flags")
        columns = reader.sequence(reader.real) if flags & _COLUMNS else ()
        return Public(tensor, name, width, bool(flags & _OUTPUT), scale, shape, columns)

    def committed() -> CommittedPort:
        return CommittedPort(reader.integer("I"), reader.text(), reader.flag(), reader.real())

    system = RelationSystem(
        list(reader.sequence(tensor)),
        list(reader.sequence(pointwise)),
        list(reader.sequence(table)),
        list(reader.sequence(lookup)),
        list(reader.sequence(definition)),
        list(reader.sequence(public)),
        list(reader.sequence(committed)),
    )
    reader.end()
    if encode_system(system) != data:
        raise reader.fail("the encoding is not canonical")
    return system
