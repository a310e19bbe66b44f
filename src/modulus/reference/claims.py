"""What claims must satisfy: forms, the zero-check's identities and the summands of a step.

Everything here is evaluated at concrete field elements: the challenges of the stages so far and
the values of the claims absorbed so far.

Source:
    docs/spec/schedule.md sections 2 and 3.
"""

from collections.abc import Iterator, Sequence

from modulus.reference.field import SCALAR_MODULUS, inverse
from modulus.reference.kernel import Term as KernelTerm
from modulus.reference.kernel import affine_kernel
from modulus.reference.multilinear import eq, selector, truncated_powers
from modulus.relations.coordinate import (
    Coordinate,
    CoordinateKind,
    axis_offsets,
    bits_of,
    block_bits,
)
from modulus.relations.form import ClaimAtom, Counter, Form, Kernel, One, Term
from modulus.schedule.model import (
    GroupedLookup,
    Instance,
    LookupGroup,
    LookupTable,
    Schedule,
    Step,
    StepSummand,
)

_HALF = inverse(2)
_FIXED = {CoordinateKind.ZERO: 0, CoordinateKind.ONE: 1, CoordinateKind.HALF: _HALF}


class State:
    """Challenges of every finished stage and values of every absorbed claim.

    The schedule has been validated: no form refers to a stage or a claim that is not there yet.
    """

    def __init__(self) -> None:
        self.challenges: list[list[int]] = []
        """Entry s holds the challenges of stage s, variable 0 first."""
        self.claims: list[int] = []
        """Entry i holds the value of claim i."""

    def coordinate(self, coordinate: Coordinate) -> int:
        """Field element that a coordinate stands for."""
        if coordinate.kind is CoordinateKind.CHALLENGE:
            return self.challenges[coordinate.stage][coordinate.variable]
        return _FIXED[coordinate.kind]

    def point(self, coordinates: Sequence[Coordinate]) -> list[int]:
        """Field elements that a point stands for, low bit first."""
        return [self.coordinate(coordinate) for coordinate in coordinates]

    def kernel(self, kernel: Kernel) -> int:
        """Value of a kernel."""
        terms = [
            KernelTerm(part.coefficient, part.extent, self.point(part.coordinates))
            for part in kernel.parts
        ]
        return affine_kernel(terms, kernel.constant)

    def form(self, form: Form) -> int:
        """Value of a form."""
        return sum(self._term(term) for term in form.terms) % SCALAR_MODULUS

    def _term(self, term: Term) -> int:
        value = term.coefficient * self._atom(term)
        for item in term.selectors:
            value = value * selector(item.extent, self.point(item.coordinates)) % SCALAR_MODULUS
        for kernel in term.kernels:
            value = value * self.kernel(kernel) % SCALAR_MODULUS
        return value % SCALAR_MODULUS

    def _atom(self, term: Term) -> int:
        atom = term.atom
        if isinstance(atom, ClaimAtom):
            return self.claims[atom.claim]
        if isinstance(atom, Counter):
            return counter(self.point(atom.coordinates))
        if isinstance(atom, One):
            return 1
        # Invariant: validation refuses schedules whose forms name tensors.
        raise TypeError("a form of a schedule refers to a tensor")


def counter(point: Sequence[int]) -> int:
    """Multilinear extension of the index itself: the sum of 2^j * coordinate_j."""
    return sum(coordinate << position for position, coordinate in enumerate(point)) % SCALAR_MODULUS


def product(values: Sequence[int]) -> int:
    """Product in the field; 1 of nothing."""
    result = 1
    for value in values:
        result = result * value % SCALAR_MODULUS
    return result


def axis_slices(shape: Sequence[int], point: Sequence[int]) -> list[Sequence[int]]:
    """Split the point of a padded block into one point per axis."""
    offsets = axis_offsets(tuple(shape))
    return [
        point[offset : offset + bits_of(extent)]
        for offset, extent in zip(offsets, shape, strict=True)
    ]


def shape_powers(base: int, shape: Sequence[int], point: Sequence[int]) -> int:
    """Multilinear extension of ``i -> base^i * [i inside shape]``, i the index in the block."""
    offsets = axis_offsets(tuple(shape))
    return product(
        [
            truncated_powers(extent, pow(base, 1 << offset, SCALAR_MODULUS), axis)
            for extent, offset, axis in zip(shape, offsets, axis_slices(shape, point), strict=True)
        ]
    )


class LookupChallenges:
    """How tuples of columns are compressed: c = sum beta^i * x_i + beta^K * tag."""

    def __init__(self, alpha: int, beta: int, columns: int) -> None:
        self.alpha = alpha
        self.beta = beta
        self._tag_weight = pow(beta, columns, SCALAR_MODULUS)

    def denominator(self, columns: Sequence[int], table: int) -> int:
        """Value alpha - c; the tag of a table is its number plus one."""
        total = self._tag_weight * (table + 1)
        power = 1
        for column in columns:
            total += power * column
            power = power * self.beta % SCALAR_MODULUS
        return (self.alpha - total) % SCALAR_MODULUS


def zero_check_value(
    schedule: Schedule, state: State, lookup: LookupChallenges, lambda_: int, theta: int
) -> int:
    """Value that the zero-check's sum must have at its own challenges."""
    point = state.challenges[0]
    total = 0
    power = 1
    for shape, identity in _identities(schedule, state, lookup):
        bits = block_bits(shape)
        weight = shape_powers(theta, shape, point[:bits])
        total += power * product(point[bits:]) * weight * identity
        power = power * lambda_ % SCALAR_MODULUS
    return total % SCALAR_MODULUS


def _identities(
    schedule: Schedule, state: State, lookup: LookupChallenges
) -> Iterator[tuple[tuple[int, ...], int]]:
    """Shape and value of every identity, in batching order."""
    for relation in schedule.pointwise:
        value = sum(
            coefficient * product([state.form(factor) for factor in factors])
            for coefficient, factors in relation.products
        )
        yield relation.shape, value
    for group in schedule.groups:
        yield group.shape, _group_identity(group, state, lookup)
    for number, table in enumerate(schedule.tables):
        yield table.shape, _table_identity(number, table, state, lookup)


def _group_identity(group: LookupGroup, state: State, lookup: LookupChallenges) -> int:
    """H * prod_j (alpha - c_j) - sum_j prod_{l != j} (alpha - c_l)."""

    def denominator(item: GroupedLookup) -> int:
        return lookup.denominator([state.form(column) for column in item.columns], item.table)

    denominators = [denominator(item) for item in group.lookups]
    cofactors = sum(
        product(denominators[:skipped] + denominators[skipped + 1 :])
        for skipped in range(len(denominators))
    )
    return state.claims[group.helper_claim] * product(denominators) - cofactors


def _table_identity(number: int, table: LookupTable, state: State, lookup: LookupChallenges) -> int:
    """H * (alpha - c) + m."""
    point = state.challenges[0][: block_bits(table.shape)]
    columns = [
        offset + counter(axis)
        for offset, axis in zip(table.offsets, axis_slices(table.shape, point), strict=True)
    ]
    columns += [state.form(value) for value in table.values]
    helper = state.claims[table.helper_claim]
    return helper * lookup.denominator(columns, number) + state.claims[table.multiplicity_claim]


def step_target(step: Step, state: State, eta: int) -> int:
    """What a step has to prove: the batched claims less their offsets."""

    def target(instance: Instance) -> int:
        return state.claims[instance.claim] - state.form(instance.offset)

    return _batched([target(instance) for instance in step.instances], eta)


def step_value(step: Step, stage: int, state: State, eta: int) -> int:
    """Value that a step's sum must have at its own challenges."""
    point = state.challenges[stage]

    def summand(item: StepSummand) -> int:
        fixed = [state.coordinate(coordinate) for coordinate, _ in item.eq]
        return product(
            [
                *point[item.variables :],
                eq(fixed, [point[variable] for _, variable in item.eq]),
                *(state.kernel(kernel) for kernel in item.kernels),
                *(state.form(factor) for factor in item.factors),
            ]
        )

    return _batched(
        [sum(summand(item) for item in instance.summands) for instance in step.instances], eta
    )


def _batched(values: Sequence[int], challenge: int) -> int:
    total = 0
    for value in reversed(values):
        total = (total * challenge + value) % SCALAR_MODULUS
    return total
