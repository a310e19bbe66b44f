"""What a primitive step of a graph is, and how steps declare their relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from modulus.ir.evaluate import Integers
from modulus.relations.coordinate import local_point
from modulus.relations.form import Form, constant, tensor_form
from modulus.relations.system import Lookup, Pointwise, Product, RelationSystem, Table


@dataclass(frozen=True, slots=True)
class View:
    """A form over the index bits of the padded block of a shape."""

    form: Form
    physical: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """0 <= form < 2^bits at every index of a shape."""

    shape: tuple[int, ...]
    form: Form
    bits: int


class Step(Protocol):
    """One primitive step: it writes tensors from tensors that earlier steps wrote."""

    @property
    def label(self) -> str:
        """The layer the step belongs to, for messages."""

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Write the step's tensors: the definition of truth.

        Raises:
            WitnessError: A value does not fit its checked range.
        """

    def declare(self, to: Declaration) -> None:
        """Declare the relations that hold between the step's tensors."""


@dataclass(slots=True)
class Declaration:
    """A relation system under construction, with the tables that steps share."""

    system: RelationSystem
    ranges: dict[int, int] = field(default_factory=dict)
    functions: dict[int, int] = field(default_factory=dict)
    sources: dict[int, int] = field(default_factory=dict)
    limbs: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Tensors that ranges are cut into, by the number of the range in order of declaration."""
    checked: list[Range] = field(default_factory=list)
    """The ranges so far."""

    def in_range(self, name: str, shape: tuple[int, ...], form: Form, bits: int) -> None:
        """Declare 0 <= form < 2^bits on a shape: by one lookup, or by one for each of its limbs.

        The limbs' ranges and their sum imply the form's range, because 2^bits is far below p.
        """
        tensors = self.limbs.pop(len(self.checked), None)
        self.checked.append(Range(shape, form, bits))
        if tensors is None:
            self._looked_up(name, shape, form, bits)
            return
        widths = limb_widths(bits, len(tensors))
        for number, (tensor, width) in enumerate(zip(tensors, widths, strict=True)):
            self._looked_up(f"{name}.{number}", shape, whole(tensor, shape), width)
        rest = form.minus(limbs_form(tensors, widths, shape))
        self.system.pointwise.append(Pointwise(f"{name}.limbs", shape, (Product(1, (rest,)),)))

    def _looked_up(self, name: str, shape: tuple[int, ...], form: Form, bits: int) -> None:
        table = self.ranges.get(bits)
        if table is None:
            table = self.ranges[bits] = len(self.system.tables)
            self.system.tables.append(Table(f"range.{bits}", (1 << bits,), (0,), ()))
        self.system.lookups.append(Lookup(name, shape, table, (form,)))

    def in_signed_range(self, name: str, shape: tuple[int, ...], form: Form, bits: int) -> None:
        """Declare -2^(bits-1) <= form < 2^(bits-1) on a shape."""
        self.in_range(name, shape, form.plus(constant(1 << (bits - 1))), bits)

    def in_function(
        self, name: str, shape: tuple[int, ...], columns: tuple[Form, Form], table: int, low: int
    ) -> None:
        """Declare that (x, y) is a row of the table tensor whose first row is x = low."""
        number = self.functions.get(table)
        if number is None:
            tensor = self.system.tensors[table]
            number = self.functions[table] = len(self.system.tables)
            bits = (tensor.shape[0] - 1).bit_length()
            values = (tensor_form(table, local_point(bits)),)
            self.system.tables.append(Table(tensor.name, tensor.shape, (low,), values))
        self.system.lookups.append(Lookup(name, shape, number, columns))


def limb_widths(bits: int, count: int) -> tuple[int, ...]:
    """Return the bits of each limb of an integer that is cut into so many, lowest first."""
    return tuple((bits + number) // count for number in range(count))


def fill_limbs(
    arrays: dict[int, Integers], tensors: Sequence[int], widths: Sequence[int], value: Integers
) -> None:
    """Write the limbs of non-negative integers that fit, lowest first."""
    for tensor, width in zip(tensors, widths, strict=True):
        arrays[tensor] = value & ((1 << width) - 1)
        value = value >> width


def limbs_form(tensors: Sequence[int], widths: Sequence[int], shape: tuple[int, ...]) -> Form:
    """Return the integers that limbs are, on their own block."""
    total, position = Form(()), 0
    for tensor, width in zip(tensors, widths, strict=True):
        total = total.plus(whole(tensor, shape).scaled(1 << position))
        position += width
    return total


def whole(tensor: int, shape: tuple[int, ...]) -> Form:
    """Return a tensor at every index of its own block."""
    bits = sum((extent - 1).bit_length() for extent in shape)
    return tensor_form(tensor, local_point(bits))
