"""False witnesses for every relation of a graph, found from the relations alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import prod

import numpy as np
from numpy.typing import NDArray

from modulus.relations.form import Form, TensorAtom
from modulus.relations.system import (
    Definition,
    DefinitionKind,
    Lookup,
    Pointwise,
    RelationSystem,
    Role,
)
from tests.unit.ir.dense import Dense, check_lookup, check_pointwise

Arrays = dict[int, NDArray[np.int64]]
Relation = Pointwise | Lookup | Definition

MOST_ENTRIES = 8
"""Entries of a tensor that are tried: only a relation that does not depend on them needs more."""


class Kind(StrEnum):
    """The kinds of relation that there are."""

    POINTWISE = "pointwise"
    RANGE = "range"
    LOOKUP = "lookup"
    GATHER = "gather"
    CONTRACTION = "contraction"
    REWIRE = "rewire"


@dataclass(frozen=True)
class Lie:
    """One entry is changed, so that a relation does not hold any more."""

    kind: Kind
    relation: Relation
    tensors: tuple[int, ...]
    """Where: one tensor, or several if one alone breaks nothing, as in a product of two zeros."""
    true: Arrays
    false: Arrays


def relations(system: RelationSystem) -> list[Relation]:
    """All that a proof has to show, in declaration order."""
    return [*system.pointwise, *system.lookups, *system.definitions]


def kind_of(system: RelationSystem, relation: Relation) -> Kind:
    """A lookup is told by its table: counters alone, a fixed function, or a tensor of the model."""
    if isinstance(relation, Pointwise):
        return Kind.POINTWISE
    if isinstance(relation, Definition):
        is_contraction = relation.kind is DefinitionKind.CONTRACTION
        return Kind.CONTRACTION if is_contraction else Kind.REWIRE
    held = list(mentioned(system.tables[relation.table].values))
    if not held:
        return Kind.RANGE
    is_function = all(system.tensors[number].role is Role.TABLE for number in held)
    return Kind.LOOKUP if is_function else Kind.GATHER


def lie_about(system: RelationSystem, relation: Relation, true: Arrays) -> Lie:
    """Change one entry that the relation depends on, and nothing else.

    Raises:
        AssertionError: No entry was found that breaks the relation: it would say nothing.
    """
    for numbers, change in _changes(system, relation):
        size = true[numbers[0]].size
        for entry in dict.fromkeys([0, size - 1, *range(min(size, MOST_ENTRIES))]):
            false = true | {number: _changed(true[number], entry, change) for number in numbers}
            if isinstance(relation, Definition) or not _holds(system, relation, false):
                return Lie(kind_of(system, relation), relation, numbers, true, false)
    raise AssertionError(f"nothing breaks {relation}")


def mentioned(forms: Sequence[Form]) -> Iterator[int]:
    """Tensors in forms."""
    for form in forms:
        for term in form.terms:
            if isinstance(term.atom, TensorAtom):
                yield term.atom.tensor


def forms_of(system: RelationSystem, relation: Relation) -> Sequence[Form]:
    """All forms of a relation, those of its table included."""
    if isinstance(relation, Lookup):
        return [*relation.columns, *system.tables[relation.table].values]
    if isinstance(relation, Pointwise):
        return [form for item in relation.products for form in item.factors]
    return [form for summand in relation.summands for form in summand.factors]


def _changed(array: NDArray[np.int64], entry: int, change: int) -> NDArray[np.int64]:
    result = array.copy()
    result.reshape(-1)[entry % array.size] += change
    return result


def _changes(system: RelationSystem, relation: Relation) -> Iterator[tuple[tuple[int, ...], int]]:
    """Tensors that the prover chooses, and by how much; what it commits to comes first."""
    if isinstance(relation, Definition):
        yield (relation.tensor,), 1
        return
    # An index that leaves the table, whatever it was.
    beyond = 1
    if isinstance(relation, Lookup):
        beyond += prod(system.tables[relation.table].shape)
    found = sorted({*mentioned(forms_of(system, relation))}, reverse=True)
    public = [item.tensor for item in system.public]
    private = [number for number in found if number not in public]
    for role in (Role.TRACE, Role.VIRTUAL):
        for number in private:
            if system.tensors[number].role is role:
                yield from (((number,), change) for change in (1, beyond, -beyond))
    # A public value cannot leave its range: the proof has no place for it.
    yield from (((number,), change) for number in found if number in public for change in (1, -1))
    together = [number for number in private if system.tensors[number].role is Role.TRACE]
    if together:
        yield tuple(together), 1


def _holds(system: RelationSystem, relation: Pointwise | Lookup, arrays: Arrays) -> bool:
    dense = Dense({number: arrays[number] for number in mentioned(forms_of(system, relation))})
    try:
        if isinstance(relation, Pointwise):
            check_pointwise(dense, relation)
        else:
            check_lookup(dense, system.tables[relation.table], relation)
    except AssertionError:
        return False
    return True
