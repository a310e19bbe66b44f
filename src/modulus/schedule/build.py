"""Relations to schedule: place tensors, group lookups, follow every claim to committed tensors.

The builder walks the protocol symbolically. Relations are substituted with the challenges of the
zero-check; every tensor they mention becomes a claim; claims on virtual tensors become instances of
contraction or rewire sumchecks, whose operands become new claims, until only committed tensors are
left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modulus.errors import ArtifactError
from modulus.relations.coordinate import Coordinate, CoordinateKind, Point, block_bits, challenge
from modulus.relations.form import Atom, ClaimAtom, Form, TensorAtom, substitute_kernel
from modulus.relations.system import (
    Definition,
    DefinitionKind,
    Lookup,
    RelationSystem,
    Role,
    Summand,
)
from modulus.schedule.automaton import check_work
from modulus.schedule.checks import check_system
from modulus.schedule.layout import ROW_COST_IN_SLOTS, choose_row_bits, place
from modulus.schedule.model import (
    LOOKUPS_PER_GROUP,
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

Substitution = Callable[[Coordinate], Coordinate]

MAX_CLAIMS = 1 << 16
"""Unfolding is refused beyond this: a chain of definitions can double its claims at every link."""


class ClaimList:
    """Claims in order of absorption; one per (tensor, point)."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self._numbers: dict[tuple[int, Point], int] = {}

    def number(self, tensor: int, point: Point, stage: int) -> int:
        """Return the claim's number, making the claim at its first use."""
        key = (tensor, point)
        if key not in self._numbers:
            if len(self.claims) == MAX_CLAIMS:
                raise ArtifactError(f"the relations unfold to more than {MAX_CLAIMS} claims")
            self._numbers[key] = len(self.claims)
            self.claims.append(Claim(tensor, stage, point))
        return self._numbers[key]

    def form(self, form: Form, substitution: Substitution, stage: int) -> Form:
        """Turn a relation's form into a form over claims."""

        def atom(item: Atom) -> Atom:
            if isinstance(item, TensorAtom):
                return ClaimAtom(self.number(item.tensor, item.point, stage))
            return item

        return form.substituted(substitution).with_atoms(atom)


def build_schedule(
    system: RelationSystem, row_bits: int | None = None, row_cost: int = ROW_COST_IN_SLOTS
) -> Schedule:
    """Compile a relation system.

    Args:
        system: The model's relations; checked first.
        row_bits: Slots per row as a power of two; chosen by cost when not given.
        row_cost: What one more row is worth in slots, for that choice.

    Raises:
        ArtifactError: The system is not well-formed, or verifying would take too long.
        QuantizationError: A tensor is not covered by a range, or an identity may wrap around.
    """
    check_system(system)
    groups = _group_lookups(system.lookups)
    tensors = [
        PlacedTensor(tensor.role, tensor.shape, tensor.low, tensor.high)
        for tensor in system.tensors
    ]
    first_multiplicity = len(tensors)
    tensors += [PlacedTensor(Role.MULTIPLICITY, table.shape, 0, 0) for table in system.tables]
    first_group_helper = len(tensors)
    tensors += [PlacedTensor(Role.HELPER, group[0].shape, 0, 0) for group in groups]
    first_table_helper = len(tensors)
    tensors += [PlacedTensor(Role.HELPER, table.shape, 0, 0) for table in system.tables]
    chosen_bits = choose_row_bits(tensors, row_cost) if row_bits is None else row_bits
    layout = place(tensors, chosen_bits)

    claims = ClaimList()
    pointwise = tuple(
        PointwiseIdentity(
            item.shape,
            tuple(
                (p.coefficient, tuple(claims.form(f, _zero_check, 0) for f in p.factors))
                for p in item.products
            ),
        )
        for item in system.pointwise
    )
    lookup_groups = tuple(
        LookupGroup(
            group[0].shape,
            claims.number(first_group_helper + index, _zero_check_point(group[0].shape), 0),
            tuple(
                GroupedLookup(
                    lookup.table, tuple(claims.form(c, _zero_check, 0) for c in lookup.columns)
                )
                for lookup in group
            ),
        )
        for index, group in enumerate(groups)
    )
    tables = tuple(
        LookupTable(
            table.shape,
            table.offsets,
            tuple(claims.form(value, _zero_check, 0) for value in table.values),
            claims.number(first_multiplicity + index, _zero_check_point(table.shape), 0),
            claims.number(first_table_helper + index, _zero_check_point(table.shape), 0),
        )
        for index, table in enumerate(system.tables)
    )
    shapes = [item.shape for item in pointwise]
    shapes += [group.shape for group in lookup_groups] + [table.shape for table in tables]
    steps = _reduce_virtual_claims(system, claims)
    schedule = Schedule(
        row_bits=chosen_bits,
        row_kinds=layout.row_kinds,
        tensors=layout.tensors,
        columns=max((len(table.offsets) + len(table.values) for table in tables), default=0),
        claims=tuple(claims.claims),
        zero_check_variables=max((block_bits(shape) for shape in shapes), default=0),
        zero_check_degree=_zero_check_degree(pointwise, lookup_groups, tables),
        pointwise=pointwise,
        groups=lookup_groups,
        tables=tables,
        steps=tuple(steps),
        padding=tuple(
            number
            for number, tensor in enumerate(layout.tensors)
            if tensor.role in (Role.TABLE, Role.WEIGHT, Role.PORT, Role.TRACE)
            and any(extent & (extent - 1) for extent in tensor.shape)
        ),
        public=tuple(
            PublicTensor(item.tensor, item.width, item.is_output) for item in system.public
        ),
    )
    check_work(schedule.kernels())
    return schedule


def _zero_check(coordinate: Coordinate) -> Coordinate:
    if coordinate.kind is CoordinateKind.LOCAL:
        return challenge(0, coordinate.variable)
    return coordinate


def _zero_check_point(shape: tuple[int, ...]) -> Point:
    return tuple(challenge(0, bit) for bit in range(block_bits(shape)))


def _group_lookups(lookups: Sequence[Lookup]) -> list[list[Lookup]]:
    """Share helper columns among lookups of one shape, in order of first appearance."""
    by_shape: dict[tuple[int, ...], list[Lookup]] = {}
    for lookup in lookups:
        by_shape.setdefault(lookup.shape, []).append(lookup)
    return [
        members[start : start + LOOKUPS_PER_GROUP]
        for members in by_shape.values()
        for start in range(0, len(members), LOOKUPS_PER_GROUP)
    ]


def _zero_check_degree(
    pointwise: Sequence[PointwiseIdentity],
    groups: Sequence[LookupGroup],
    tables: Sequence[LookupTable],
) -> int:
    """Degree of a round polynomial: one for the weight, the rest for the identity."""
    degrees = [max((len(f) for _, f in item.products), default=0) for item in pointwise]
    degrees += [1 + len(group.lookups) for group in groups]
    degrees += [2 for _ in tables]
    return 1 + max(degrees, default=1)


def _reduce_virtual_claims(system: RelationSystem, claims: ClaimList) -> list[Step]:
    """Add steps until every claim is on a committed tensor."""
    definitions = {definition.tensor: definition for definition in system.definitions}
    steps: list[Step] = []
    pending: dict[DefinitionKind, list[int]] = {kind: [] for kind in DefinitionKind}
    seen = 0
    while True:
        for number in range(seen, len(claims.claims)):
            tensor = claims.claims[number].tensor
            if tensor in definitions:
                pending[definitions[tensor].kind].append(number)
        seen = len(claims.claims)
        kind = next((kind for kind in DefinitionKind if pending[kind]), None)
        if kind is None:
            return steps
        stage = len(steps) + 1
        instances = tuple(
            _instance(definitions[claims.claims[number].tensor], number, claims, stage)
            for number in pending[kind]
        )
        pending[kind] = []
        summands = [summand for instance in instances for summand in instance.summands]
        steps.append(
            Step(
                variables=max((summand.variables for summand in summands), default=0),
                degree=max((_summand_degree(summand) for summand in summands), default=1),
                instances=instances,
            )
        )


def _summand_degree(summand: StepSummand) -> int:
    return len(summand.factors) + (1 if summand.eq or summand.kernels else 0)


def _instance(definition: Definition, number: int, claims: ClaimList, stage: int) -> Instance:
    """Unfold the definition of a virtual tensor at the point of a claim."""
    point = claims.claims[number].point

    def at_point(coordinate: Coordinate) -> Coordinate:
        if coordinate.kind is CoordinateKind.LOCAL:
            return point[coordinate.variable]
        return coordinate

    return Instance(
        number,
        claims.form(definition.offset, at_point, stage),
        tuple(_summand(summand, point, claims, stage) for summand in definition.summands),
    )


def _summand(summand: Summand, point: Point, claims: ClaimList, stage: int) -> StepSummand:
    bound = {bit: variable for variable, bit in enumerate(summand.variables)}

    def substitution(coordinate: Coordinate) -> Coordinate:
        if coordinate.kind is not CoordinateKind.LOCAL:
            return coordinate
        if coordinate.variable in bound:
            return challenge(stage, bound[coordinate.variable])
        return point[coordinate.variable]

    return StepSummand(
        variables=len(summand.variables),
        eq=tuple((point[bit], bound[bit]) for bit in summand.variables if bit < len(point)),
        kernels=tuple(substitute_kernel(kernel, substitution) for kernel in summand.kernels),
        factors=tuple(claims.form(factor, substitution, stage) for factor in summand.factors),
    )
