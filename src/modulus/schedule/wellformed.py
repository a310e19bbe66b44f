"""Whether a relation system refers only to what exists.

A verifying key carries its relation system and may come from an adversary, so nothing here may loop
forever, allocate without bound or raise anything but an `ArtifactError`.
"""

from __future__ import annotations

from collections import Counter as Multiset
from collections.abc import Iterable
from math import prod

from modulus.errors import ArtifactError
from modulus.relations.contents import MAX_TABLE_ENTRIES, MAX_TABLE_WORK, check_contents
from modulus.relations.coordinate import CoordinateKind, Point, block_bits
from modulus.relations.form import Counter, Form, Kernel, One, TensorAtom, Term
from modulus.relations.system import (
    Definition,
    RelationSystem,
    Role,
    Summand,
    is_sound_scale,
)
from modulus.schedule.automaton import fits
from modulus.schedule.extension import check_extension
from modulus.schedule.ranges import half_count

MAX_BLOCK_BITS = 32
"""No tensor has more slots: far beyond what is provable, small enough for every counter."""

MAX_POINTWISE_DEGREE = 4
"""The degree to which pointwise relations are limited; a lookup group reaches one more."""

PUBLIC_WIDTHS = (1, 2, 4, 8)


def check_well_formed(system: RelationSystem) -> None:
    """Check every reference, point and bound of a system.

    Raises:
        ArtifactError: Something refers to what does not exist, or uses a bit where it must not.
    """
    _check_names(system)
    for tensor in system.tensors:
        if block_bits(tensor.shape) > MAX_BLOCK_BITS:
            raise ArtifactError(f"tensor {tensor.name} of shape {tensor.shape} is too large")
        if tensor.role in (Role.MULTIPLICITY, Role.HELPER):
            raise ArtifactError(f"tensor {tensor.name} has a role that only the schedule assigns")
    _check_contents(system)
    shapes = [relation.shape for relation in system.pointwise]
    shapes += [table.shape for table in system.tables]
    shapes += [lookup.shape for lookup in system.lookups]
    for shape in shapes:
        if block_bits(shape) > MAX_BLOCK_BITS:
            raise ArtifactError(f"a relation over the shape {shape} is too large")
    for relation in system.pointwise:
        bits = block_bits(relation.shape)
        for product in relation.products:
            # Attack: a product with coefficient zero says nothing and would pass for a choice.
            if product.coefficient == 0:
                raise ArtifactError(f"relation {relation.name} has a product with coefficient zero")
            if len(product.factors) > MAX_POINTWISE_DEGREE:
                raise ArtifactError(f"relation {relation.name} has a degree above four")
            _check_forms(system, product.factors, range(bits), relation.name)
    for table in system.tables:
        if len(table.offsets) != len(table.shape):
            raise ArtifactError(f"table {table.name} needs one counter per axis")
        _check_forms(system, table.values, range(block_bits(table.shape)), table.name)
    for lookup in system.lookups:
        if lookup.table >= len(system.tables):
            raise ArtifactError(f"lookup {lookup.name} names table {lookup.table}")
        table = system.tables[lookup.table]
        if len(lookup.columns) != len(table.offsets) + len(table.values):
            raise ArtifactError(f"lookup {lookup.name} has a wrong number of columns")
        _check_forms(system, lookup.columns, range(block_bits(lookup.shape)), lookup.name)
    _check_definitions(system)
    _check_public(system)
    _check_committed(system)


def _check_names(system: RelationSystem) -> None:
    """Attack: a name with a line break or an escape sequence writes lines of its own to a terminal.

    It could claim there that the key rests on a ceremony.
    """
    named = (
        system.tensors,
        system.pointwise,
        system.tables,
        system.lookups,
        system.public,
        system.committed,
    )
    for items in named:
        for item in items:
            if not item.name.isprintable():
                raise ArtifactError(f"the name {item.name!a} has characters that are not printable")


def _check_contents(system: RelationSystem) -> None:
    """Attack: the verifier computes tables again; a few bytes could ask for hours of work."""
    entries = work = 0
    for tensor in system.tensors:
        if (tensor.contents is None) != (tensor.role is not Role.TABLE):
            raise ArtifactError(f"tensor {tensor.name}: tables, and they alone, have contents")
        if tensor.contents is not None:
            work += check_contents(tensor.contents, tensor.shape)
            entries += prod(tensor.shape)
    if entries > MAX_TABLE_ENTRIES or work > MAX_TABLE_WORK:
        raise ArtifactError("the function tables are too large")


def _check_public(system: RelationSystem) -> None:
    seen_output = False
    tensors = {public.tensor for public in system.public}
    names = {(public.name, public.is_output) for public in system.public}
    if min(len(tensors), len(names)) < len(system.public):
        raise ArtifactError("two public tensors have the same tensor or the same name")
    for public in system.public:
        if public.tensor >= len(system.tensors):
            raise ArtifactError(f"public tensor {public.name} does not exist")
        tensor = system.tensors[public.tensor]
        if tensor.role is not Role.TRACE or public.width not in PUBLIC_WIDTHS:
            raise ArtifactError(f"public tensor {public.name} must be committed in the trace")
        half = 1 << (8 * public.width - 1)
        if tensor.low < -half or tensor.high >= half:
            raise ArtifactError(f"public tensor {public.name} does not fit {public.width} bytes")
        if prod(public.shape) != prod(tensor.shape) or not public.has_sound_scales:
            raise ArtifactError(f"public tensor {public.name} has a wrong shape or scale")
        if seen_output and not public.is_output:
            raise ArtifactError("public inputs come before public outputs")
        seen_output = public.is_output


def _check_committed(system: RelationSystem) -> None:
    listed = [port.tensor for port in system.committed]
    ports = [number for number, tensor in enumerate(system.tensors) if tensor.role is Role.PORT]
    # Attack: a commitment that nobody is shown would be an input that nobody chose.
    if listed != ports:
        raise ArtifactError("the committed ports are not the tensors of that role, in order")
    if len({port.name for port in system.committed}) < len(listed):
        raise ArtifactError("two committed ports have the same name")
    for port in system.committed:
        if not is_sound_scale(port.scale):
            raise ArtifactError(f"committed port {port.name} has the scale {port.scale}")


def _check_definitions(system: RelationSystem) -> None:
    defined: set[int] = set()
    for definition in system.definitions:
        number = definition.tensor
        if number >= len(system.tensors) or system.tensors[number].role is not Role.VIRTUAL:
            raise ArtifactError(f"definition of tensor {number}, which is not virtual")
        if number in defined:
            raise ArtifactError(f"tensor {system.tensors[number].name} is defined twice")
        defined.add(number)
        _check_definition(system, definition)
        check_extension(system, definition)
    for number, tensor in enumerate(system.tensors):
        if tensor.role is Role.VIRTUAL and number not in defined:
            raise ArtifactError(f"virtual tensor {tensor.name} is not defined")


def _check_definition(system: RelationSystem, definition: Definition) -> None:
    tensor = system.tensors[definition.tensor]
    kept = block_bits(tensor.shape)
    # The offset enters the claimed sum before this stage's claims exist.
    for term in definition.offset.terms:
        if not isinstance(term.atom, One):
            raise ArtifactError(f"the offset of {tensor.name} refers to a tensor")
        _check_halves(term, tensor.name)
        for kernel in term.kernels:
            _check_kernel(kernel, tensor.name)
            _check_points(_kernel_points(kernel), range(kept), tensor.name)
        _check_points([s.coordinates for s in term.selectors], range(kept), tensor.name)
    for summand in definition.summands:
        _check_summand(system, summand, kept, tensor.name)
        for form in summand.factors:
            for term in form.terms:
                # Acyclic: a virtual tensor is made from earlier ones, so unfolding claims ends.
                if isinstance(term.atom, TensorAtom) and term.atom.tensor >= definition.tensor:
                    raise ArtifactError(f"tensor {tensor.name} is defined from a later tensor")


def _check_summand(system: RelationSystem, summand: Summand, kept: int, name: str) -> None:
    bound = set(summand.variables)
    inner = [bit for bit in summand.variables if bit >= kept]
    if len(bound) != len(summand.variables) or sorted(inner) != list(
        range(kept, kept + len(inner))
    ):
        raise ArtifactError(f"definition of {name}: the bound bits are not consecutive")
    if not summand.factors:
        raise ArtifactError(f"definition of {name}: a sum without factors")
    allowed = range(kept + len(inner))
    _check_forms(system, summand.factors, allowed, name)
    uses: Multiset[int] = Multiset(bit for bit in summand.variables if bit < kept)
    for kernel in summand.kernels:
        _check_kernel(kernel, name)
        points = _kernel_points(kernel)
        _check_points(points, allowed, name)
        # Attack: half of an entry, which no coefficient makes whole, is a large field element.
        if any(c.kind is CoordinateKind.HALF for point in points for c in point):
            raise ArtifactError(f"definition of {name}: a kernel averages")
        uses.update(c.variable for p in points for c in p if c.kind is CoordinateKind.LOCAL)
    if any(count > 1 for bit, count in uses.items() if bit in bound):
        raise ArtifactError(f"definition of {name}: a bound bit is in two kernels or eq factors")


def _check_forms(system: RelationSystem, forms: Iterable[Form], allowed: range, name: str) -> None:
    for form in forms:
        for term in form.terms:
            _check_term(system, term, allowed, name)


def _check_term(system: RelationSystem, term: Term, allowed: range, name: str) -> None:
    if term.kernels:
        raise ArtifactError(f"{name}: kernels belong to summands")
    _check_halves(term, name)
    points = [selector.coordinates for selector in term.selectors]
    atom = term.atom
    if isinstance(atom, TensorAtom):
        if atom.tensor >= len(system.tensors):
            raise ArtifactError(f"{name}: tensor {atom.tensor} does not exist")
        if len(atom.point) != block_bits(system.tensors[atom.tensor].shape):
            raise ArtifactError(f"{name}: a point does not fit tensor {atom.tensor}")
        points.append(atom.point)
    elif isinstance(atom, Counter):
        points.append(atom.coordinates)
    elif not isinstance(atom, One):
        raise ArtifactError(f"{name}: a relation refers to a claim")
    _check_points(points, allowed, name)


def _check_points(points: list[Point], allowed: range, name: str) -> None:
    """Every bit exists and occurs once: a form must be multilinear, or round degrees are wrong."""
    seen: set[int] = set()
    for point in points:
        for coordinate in point:
            if coordinate.kind is CoordinateKind.CHALLENGE:
                raise ArtifactError(f"{name}: a relation refers to a challenge")
            if coordinate.kind is not CoordinateKind.LOCAL:
                continue
            if coordinate.variable not in allowed or coordinate.variable in seen:
                raise ArtifactError(f"{name}: bit {coordinate.variable} is unknown or used twice")
            seen.add(coordinate.variable)


def _check_halves(term: Term, name: str) -> None:
    """The coefficient cancels the halves: the average of 0 and 1 is a large field element."""
    if term.coefficient % (1 << half_count(term)):
        raise ArtifactError(f"{name}: an average of integers that need not be an integer")


def _check_kernel(kernel: Kernel, name: str) -> None:
    if not kernel.parts or not fits(kernel):
        raise ArtifactError(
            f"{name}: the index map is too irregular to be evaluated by a verifier",
            hint="reshape in smaller steps, or through axes that are powers of two",
        )


def _kernel_points(kernel: Kernel) -> list[Point]:
    return [part.coordinates for part in kernel.parts]
