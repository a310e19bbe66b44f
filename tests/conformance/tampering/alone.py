"""A relation on its own: a system in which a lie breaks that relation and no other.

In the model a changed entry breaks whatever else reads it, so a rejection alone would not say which
relation was enforced. Here all other tensors are fixed by the key, and a changed one is tied to
what it was or what the lie says.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from modulus.relations.coordinate import block_bits, local_point
from modulus.relations.form import Form, tensor_form
from modulus.relations.system import (
    Definition,
    Lookup,
    Pointwise,
    Product,
    RelationSystem,
    Role,
    Tensor,
)
from tests.conformance.tampering.lies import Arrays, Lie, forms_of, mentioned


def alone(system: RelationSystem, lie: Lie) -> tuple[RelationSystem, Arrays, Arrays]:
    """The system of one relation, with a true and a false witness.

    Tensors keep their numbers; those that the relation does not mention hold a single zero.
    """
    true, false = dict(lie.true), dict(lie.false)
    used = {*mentioned(forms_of(system, lie.relation)), *lie.tensors}
    result = RelationSystem()
    for number, tensor in enumerate(system.tensors):
        if number not in used:
            true[number] = false[number] = np.zeros((), np.int64)
            result.add_tensor(_fixed(tensor.name, true[number]))
        elif tensor.role is Role.TABLE:
            result.add_tensor(tensor)
        else:
            result.add_tensor(_fixed(tensor.name, true[number], false[number]))
    if isinstance(lie.relation, Definition):
        said = _copy(system, result, lie.relation, true, false)
    else:
        said = lie.tensors
        for number in said:
            result.tensors[number] = replace(result.tensors[number], role=Role.TRACE)
        if isinstance(lie.relation, Lookup):
            result.tables.append(system.tables[lie.relation.table])
            result.lookups.append(replace(lie.relation, table=0))
        else:
            result.pointwise.append(lie.relation)
    for number in said:
        _bound(result, number, true, false)
    return result, true, false


def _copy(
    system: RelationSystem,
    result: RelationSystem,
    definition: Definition,
    true: Arrays,
    false: Arrays,
) -> tuple[int, ...]:
    """Define a tensor as in the model, and commit to a copy: nothing else reads it."""
    number = definition.tensor
    result.tensors[number] = system.tensors[number]
    result.definitions.append(definition)
    copy = _append(result, Role.TRACE, true, false, (true[number], false[number]))
    difference = _whole(result, copy).minus(_whole(result, number))
    result.pointwise.append(_product("copy", result, copy, difference))
    return (copy,)


def _bound(result: RelationSystem, number: int, true: Arrays, false: Arrays) -> None:
    """Bound a committed tensor, as each has to be, by what holds in both witnesses."""
    choices = [
        _append(result, Role.WEIGHT, true, false, (held[number], held[number]))
        for held in (true, false)
    ]
    whole = _whole(result, number)
    factors = [whole.minus(_whole(result, choice)) for choice in choices]
    result.pointwise.append(_product("one of two", result, number, *factors))


def _append(
    system: RelationSystem,
    role: Role,
    true: Arrays,
    false: Arrays,
    arrays: tuple[np.ndarray, np.ndarray],
) -> int:
    number = system.add_tensor(replace(_fixed("added", *arrays), role=role))
    true[number], false[number] = arrays
    return number


def _fixed(name: str, *arrays: np.ndarray) -> Tensor:
    ends = [0, *(int(end(array)) for array in arrays for end in (np.min, np.max))]
    return Tensor(name, arrays[0].shape, min(ends), max(ends), Role.WEIGHT)


def _whole(system: RelationSystem, tensor: int) -> Form:
    return tensor_form(tensor, local_point(block_bits(system.tensors[tensor].shape)))


def _product(name: str, system: RelationSystem, tensor: int, *factors: Form) -> Pointwise:
    return Pointwise(name, system.tensors[tensor].shape, (Product(1, factors),))
