"""What must hold of a relation system before it is scheduled.

- Every committed integer of the trace is covered by a lookup that implies its declared range
  (PROTOCOL.md section 2): a quotient whose remainder alone is checked is free in a field.
- No integer identity can wrap around the field: both sides stay below p / 2.
"""

from __future__ import annotations

from modulus.errors import InternalError, QuantizationError
from modulus.relations.coordinate import block_bits, local_point
from modulus.relations.form import Counter, Form, One, TensorAtom, Term
from modulus.relations.system import Lookup, Pointwise, RelationSystem, Role
from modulus.schedule.wellformed import check_well_formed

SCALAR_MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617

Interval = tuple[int, int]


def check_system(system: RelationSystem) -> None:
    """Check coverage and bounds.

    Raises:
        QuantizationError: A tensor is not covered, or an identity may wrap around the field.
        ArtifactError: The system refers to something that does not exist.
    """
    check_well_formed(system)
    covered = {public.tensor for public in system.public}
    for lookup in system.lookups:
        covered |= _covered_by_lookup(system, lookup)
    for relation in system.pointwise:
        choice = _covered_by_choice(system, relation)
        if choice is not None:
            covered.add(choice)
    for number, tensor in enumerate(system.tensors):
        if tensor.role in (Role.TRACE, Role.INPUT) and number not in covered:
            raise QuantizationError(
                f"no range relation covers the committed tensor {tensor.name} "
                f"in [{tensor.low}, {tensor.high}]"
            )
    for relation in system.pointwise:
        _check_no_wrap(system, relation)


def form_range(system: RelationSystem, form: Form) -> Interval:
    """Return bounds of a form's value, from the ranges of its tensors."""
    low = high = 0
    for term in form.terms:
        ends = [end * term.coefficient for end in _atom_range(system, term)]
        if term.selectors:
            ends.append(0)
        low += min(ends)
        high += max(ends)
    return low, high


def _atom_range(system: RelationSystem, term: Term) -> Interval:
    atom = term.atom
    if isinstance(atom, One):
        return 1, 1
    if isinstance(atom, Counter):
        return 0, (1 << len(atom.coordinates)) - 1
    if not isinstance(atom, TensorAtom):
        raise InternalError("a relation refers to a claim")
    tensor = system.tensors[atom.tensor]
    # A half averages a bit, and slots outside the shape are zero.
    return min(tensor.low, 0), max(tensor.high, 0)


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


def _covered_by_lookup(system: RelationSystem, lookup: Lookup) -> set[int]:
    table = system.tables[lookup.table]
    covered: set[int] = set()
    for position, column in enumerate(lookup.columns):
        whole = _whole_tensor(system, column, lookup.shape)
        if whole is None:
            continue
        number, shift = whole
        if position < len(table.offsets):
            low = table.offsets[position]
            implied = (low, low + table.shape[position] - 1)
        else:
            implied = form_range(system, table.values[position - len(table.offsets)])
        tensor = system.tensors[number]
        if implied[0] - shift >= tensor.low and implied[1] - shift <= tensor.high:
            covered.add(number)
    return covered


def _covered_by_choice(system: RelationSystem, relation: Pointwise) -> int | None:
    """Return y of a relation prod(y - a_i) = 0: it equals some a_i, so it has their range."""
    if len(relation.products) != 1:
        return None
    candidates: set[int] | None = None
    rests: list[tuple[Form, Term]] = []
    for factor in relation.products[0].factors:
        heads = [
            term
            for term in factor.terms
            if _whole_tensor(system, Form((term,)), relation.shape) is not None
        ]
        tensors = {term.atom.tensor for term in heads if isinstance(term.atom, TensorAtom)}
        candidates = tensors if candidates is None else candidates & tensors
        rests += [(factor, term) for term in heads]
    for number in candidates or ():
        tensor = system.tensors[number]
        ranges = [
            form_range(system, Form(tuple(t for t in factor.terms if t is not head)).scaled(-1))
            for factor, head in rests
            if isinstance(head.atom, TensorAtom) and head.atom.tensor == number
        ]
        if all(low >= tensor.low and high <= tensor.high for low, high in ranges):
            return number
    return None


def _check_no_wrap(system: RelationSystem, relation: Pointwise) -> None:
    bound = 0
    for product in relation.products:
        magnitude = abs(product.coefficient)
        for factor in product.factors:
            magnitude *= max(abs(end) for end in form_range(system, factor))
        bound += magnitude
    if bound >= SCALAR_MODULUS // 2:
        raise QuantizationError(
            f"relation {relation.name} may reach 2^{bound.bit_length()} and wrap around the field",
            hint="use fewer activation or weight bits",
        )
