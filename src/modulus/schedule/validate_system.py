"""Whether a relation system from a file may be compiled: references exist and the work is bounded.

The schedule beside it, already validated, bounds the work: tensors must be those that it places, and
unfolding virtual tensors must end soon.

Source:
    Modulus protocol section 4: the verifying key is the adversary's file.
"""

import math
from collections.abc import Iterable, Sequence

from modulus.errors import ArtifactError
from modulus.relations.coordinate import Coordinate, CoordinateKind, block_bits
from modulus.relations.form import ClaimAtom, Counter, Form, Kernel, TensorAtom
from modulus.relations.system import Definition, RelationSystem, Role
from modulus.schedule.model import Schedule

MAX_UNFOLDED_CLAIMS = 1 << 18
"""Claims that unfolding may state, counted before equal ones are merged."""

_DECLARED_ROLES = (Role.TABLE, Role.WEIGHT, Role.INPUT, Role.TRACE, Role.VIRTUAL)


def validate_system(system: RelationSystem, schedule: Schedule) -> None:
    """Check that a system can be compiled and could give a schedule.

    Raises:
        ArtifactError: It refers to something that does not exist, or does not fit the schedule.
    """
    _check_tensors(system, schedule)
    _check_relations(system, schedule)
    definitions = _definitions(system)
    _check_unfolding(system, definitions)


def _require(condition: bool, where: str, detail: str) -> None:
    if not condition:
        raise ArtifactError(f"relation system: {where}: {detail}")


def _check_tensors(system: RelationSystem, schedule: Schedule) -> None:
    _require(len(system.tensors) <= len(schedule.tensors), "tensors", "more than are scheduled")
    for number, (tensor, placed) in enumerate(zip(system.tensors, schedule.tensors, strict=False)):
        _require(tensor.role in _DECLARED_ROLES, f"tensor {number}", "a role of the compiler's own")
        _require(
            (tensor.role, tensor.shape) == (placed.role, placed.shape),
            f"tensor {number}",
            "is scheduled with another role or shape",
        )


def _check_relations(system: RelationSystem, schedule: Schedule) -> None:
    helpers = len(schedule.groups) + 2 * len(schedule.tables)
    _require(
        len(system.tables) == len(schedule.tables)
        and len(system.lookups) == sum(len(group.lookups) for group in schedule.groups)
        and len(schedule.tensors) == len(system.tensors) + helpers,
        "lookups",
        "not those that are scheduled",
    )
    _require(
        [item.shape for item in system.pointwise] == [item.shape for item in schedule.pointwise],
        "pointwise relations",
        "not those that are scheduled",
    )
    scheduled_shapes = {group.shape for group in schedule.groups}
    for number, relation in enumerate(system.pointwise):
        forms = [factor for item in relation.products for factor in item.factors]
        _check_forms(system, forms, block_bits(relation.shape), f"pointwise relation {number}")
    for number, table in enumerate(system.tables):
        _require(
            table.shape == schedule.tables[number].shape and len(table.offsets) == len(table.shape),
            f"table {number}",
            "is scheduled with another shape",
        )
        _check_forms(system, table.values, block_bits(table.shape), f"table {number}")
    for number, lookup in enumerate(system.lookups):
        where = f"lookup {number}"
        _require(lookup.table < len(system.tables), where, f"no table {lookup.table}")
        _require(lookup.shape in scheduled_shapes, where, "is scheduled with another shape")
        _check_forms(system, lookup.columns, block_bits(lookup.shape), where)
    for number, public in enumerate(system.public):
        where = f"public tensor {number}"
        _require(public.tensor < len(system.tensors), where, f"no tensor {public.tensor}")
        _require(
            math.isfinite(public.scale) and public.scale > 0, where, "the scale is not positive"
        )
        held = math.prod(system.tensors[public.tensor].shape)
        _require(math.prod(public.shape) == held, where, f"the shape does not hold {held} values")


def _definitions(system: RelationSystem) -> dict[int, Definition]:
    definitions: dict[int, Definition] = {}
    for number, definition in enumerate(system.definitions):
        where = f"definition {number}"
        _require(definition.tensor < len(system.tensors), where, f"no tensor {definition.tensor}")
        _require(definition.tensor not in definitions, where, "defines a tensor twice")
        tensor = system.tensors[definition.tensor]
        _require(tensor.role is Role.VIRTUAL, where, "defines a committed tensor")
        definitions[definition.tensor] = definition
        bits = block_bits(tensor.shape)
        _check_forms(system, (definition.offset,), bits, where)
        for summand in definition.summands:
            _require(
                len(set(summand.variables)) == len(summand.variables), where, "a bit is bound twice"
            )
            known = bits + sum(1 for bit in summand.variables if bit >= bits)
            _require(
                all(bit < known for bit in summand.variables), where, "bound bits are not numbered"
            )
            _check_forms(system, summand.factors, known, where)
            _check_kernels(summand.kernels, known, where)
    return definitions


def _check_unfolding(system: RelationSystem, definitions: dict[int, Definition]) -> None:
    """Count the claims that one claim on each tensor unfolds to, in an order free of cycles."""
    sizes: dict[int, int] = {}
    for root in definitions:
        stack = [root]
        open_tensors: set[int] = set()
        while stack:
            tensor = stack[-1]
            operands = _operands(definitions[tensor]) if tensor in definitions else []
            waiting = [operand for operand in operands if operand not in sizes]
            if tensor in sizes or not waiting:
                sizes.setdefault(tensor, 1 + sum(sizes[operand] for operand in operands))
                open_tensors.discard(tensor)
                stack.pop()
                continue
            _require(tensor not in open_tensors, "definitions", f"tensor {tensor} contains itself")
            open_tensors.add(tensor)
            stack += waiting
    roots = [factor for r in system.pointwise for p in r.products for factor in p.factors]
    roots += [column for lookup in system.lookups for column in lookup.columns]
    roots += [value for table in system.tables for value in table.values]
    total = sum(sizes.get(tensor, 1) for tensor in _tensors(roots))
    _require(total <= MAX_UNFOLDED_CLAIMS, "definitions", "unfold to too many claims")


def _operands(definition: Definition) -> list[int]:
    factors = [factor for summand in definition.summands for factor in summand.factors]
    return _tensors([definition.offset, *factors])


def _tensors(forms: Iterable[Form]) -> list[int]:
    return [
        term.atom.tensor
        for form in forms
        for term in form.terms
        if isinstance(term.atom, TensorAtom)
    ]


def _check_forms(system: RelationSystem, forms: Sequence[Form], bits: int, where: str) -> None:
    for term in (term for form in forms for term in form.terms):
        for selector in term.selectors:
            _check_coordinates(selector.coordinates, bits, where)
        _check_kernels(term.kernels, bits, where)
        atom = term.atom
        if isinstance(atom, TensorAtom):
            _require(atom.tensor < len(system.tensors), where, f"no tensor {atom.tensor}")
            expected = block_bits(system.tensors[atom.tensor].shape)
            _require(len(atom.point) == expected, where, f"a point needs {expected} coordinates")
            _check_coordinates(atom.point, bits, where)
        elif isinstance(atom, Counter):
            _check_coordinates(atom.coordinates, bits, where)
        else:
            _require(not isinstance(atom, ClaimAtom), where, "a relation refers to a claim")


def _check_kernels(kernels: Iterable[Kernel], bits: int, where: str) -> None:
    for kernel in kernels:
        for part in kernel.parts:
            _check_coordinates(part.coordinates, bits, where)


def _check_coordinates(coordinates: Iterable[Coordinate], bits: int, where: str) -> None:
    for coordinate in coordinates:
        _require(
            coordinate.kind is not CoordinateKind.CHALLENGE, where, "a relation has no challenges"
        )
        _require(
            coordinate.kind is not CoordinateKind.LOCAL or coordinate.variable < bits,
            where,
            f"no index bit {coordinate.variable}",
        )
