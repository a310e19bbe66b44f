"""What must hold of a relation system before it is scheduled.

- Every committed integer of the trace is covered by relations that imply its declared range
  (PROTOCOL.md section 2): a quotient whose remainder alone is checked is free in a field.
- No integer identity can wrap around the field: both sides stay below p / 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from modulus.errors import QuantizationError
from modulus.relations.coordinate import block_bits, local_point
from modulus.relations.form import Form, One, TensorAtom, Term
from modulus.relations.system import Lookup, Pointwise, RelationSystem, Role
from modulus.schedule.ranges import Interval, Ranges
from modulus.schedule.wellformed import check_well_formed

SCALAR_MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617


@dataclass(frozen=True, slots=True)
class _Cover:
    """The tensor is in its declared range if those it depends on are in theirs."""

    tensor: int
    depends_on: frozenset[int]


def check_system(system: RelationSystem) -> None:
    """Check references, coverage and bounds.

    Raises:
        QuantizationError: A tensor is not covered, or an identity may wrap around the field.
        ArtifactError: The system is not well-formed.
    """
    check_well_formed(system)
    ranges = Ranges(system)
    covered = _covered_tensors(system, ranges)
    for number, tensor in enumerate(system.tensors):
        if tensor.role in (Role.TRACE, Role.PORT) and number not in covered:
            raise QuantizationError(
                f"no range relation covers the committed tensor {tensor.name} "
                f"in [{tensor.low}, {tensor.high}]"
            )
    for relation in system.pointwise:
        _check_no_wrap(ranges, relation)


def _covered_tensors(system: RelationSystem, ranges: Ranges) -> set[int]:
    """Return the least set of tensors whose ranges follow.

    It starts from what is bounded without relations (public values by the verifier, weights and
    tables by their commitments) and grows: two tensors that are copies of each other cover neither.
    """
    covered = {public.tensor for public in system.public}
    covered |= {n for n, t in enumerate(system.tensors) if t.role in (Role.WEIGHT, Role.TABLE)}
    committed = _committed_sources(system)
    pending = [
        *(cover for lookup in system.lookups for cover in _lookup_covers(system, ranges, lookup)),
        *(cover for item in system.pointwise for cover in _choice_covers(system, ranges, item)),
    ]
    while True:
        reached = {
            cover.tensor
            for cover in pending
            if cover.tensor not in covered
            and all(committed[number] <= covered for number in cover.depends_on)
        }
        if not reached:
            return covered
        covered |= reached


def _committed_sources(system: RelationSystem) -> list[set[int]]:
    """Per tensor, the committed tensors that it is made from."""
    sources = [{number} for number in range(len(system.tensors))]
    for definition in sorted(system.definitions, key=lambda item: item.tensor):
        forms = (factor for summand in definition.summands for factor in summand.factors)
        sources[definition.tensor] = set().union(*(sources[n] for n in _mentioned(forms)))
    return sources


def _mentioned(forms: Iterable[Form]) -> Iterator[int]:
    for form in forms:
        for term in form.terms:
            if isinstance(term.atom, TensorAtom):
                yield term.atom.tensor


def _whole_tensor(
    system: RelationSystem, form: Form, shape: tuple[int, ...]
) -> tuple[int, int] | None:
    """Return (tensor, constant) if the form is a whole tensor, plainly indexed, plus a constant."""
    shift = 0
    found: int | None = None
    for term in form.terms:
        if term.selectors or term.kernels:
            return None
        if isinstance(term.atom, One):
            shift += term.coefficient
        elif isinstance(term.atom, TensorAtom) and term.coefficient == 1 and found is None:
            plain = local_point(block_bits(shape))
            if term.atom.point != plain or system.tensors[term.atom.tensor].shape != shape:
                return None
            found = term.atom.tensor
        else:
            return None
    return None if found is None else (found, shift)


def _lookup_covers(system: RelationSystem, ranges: Ranges, lookup: Lookup) -> Iterator[_Cover]:
    """A counter column bounds what is looked up in it; a value column hands its own bound on."""
    table = system.tables[lookup.table]
    for position, column in enumerate(lookup.columns):
        whole = _whole_tensor(system, column, lookup.shape)
        if whole is None:
            continue
        number, shift = whole
        if position < len(table.offsets):
            low = table.offsets[position]
            implied: Interval = (low, low + table.shape[position] - 1)
            depends_on: frozenset[int] = frozenset()
        else:
            value = table.values[position - len(table.offsets)]
            implied = ranges.form(value)
            depends_on = frozenset(_mentioned([value]))
        tensor = system.tensors[number]
        if implied[0] - shift >= tensor.low and implied[1] - shift <= tensor.high:
            yield _Cover(number, depends_on)


def _choice_covers(system: RelationSystem, ranges: Ranges, relation: Pointwise) -> Iterator[_Cover]:
    """A relation prod(y - a_i) = 0 makes y equal some a_i, so y has their range."""
    if len(relation.products) != 1 or not relation.products[0].factors:
        return
    factors = relation.products[0].factors
    for candidate in dict.fromkeys(_mentioned(factors)):
        rests = [_without_head(system, factor, candidate, relation.shape) for factor in factors]
        known = [rest for rest in rests if rest is not None]
        if len(known) < len(factors) or candidate in _mentioned(known):
            continue
        tensor = system.tensors[candidate]
        bounds = [ranges.form(rest.scaled(-1)) for rest in known]
        if all(low >= tensor.low and high <= tensor.high for low, high in bounds):
            yield _Cover(candidate, frozenset(_mentioned(known)))


def _without_head(
    system: RelationSystem, factor: Form, tensor: int, shape: tuple[int, ...]
) -> Form | None:
    """Return the factor without its term `1 * tensor`, or None if it has no such term."""

    def is_head(term: Term) -> bool:
        return _whole_tensor(system, Form((term,)), shape) == (tensor, 0)

    heads = [position for position, term in enumerate(factor.terms) if is_head(term)]
    if not heads:
        return None
    return Form(factor.terms[: heads[0]] + factor.terms[heads[0] + 1 :])


def _check_no_wrap(ranges: Ranges, relation: Pointwise) -> None:
    bound = 0
    for product in relation.products:
        magnitude = abs(product.coefficient)
        for factor in product.factors:
            magnitude *= max(abs(end) for end in ranges.form(factor))
        bound += magnitude
    if bound >= SCALAR_MODULUS // 2:
        raise QuantizationError(
            f"relation {relation.name} may reach 2^{bound.bit_length()} and wrap around the field",
            hint="use fewer activation or weight bits",
        )
