"""A relation on its own: a system in which a lie breaks that relation and no other.

In the model a changed entry breaks whatever else reads it, so a rejection alone would not say which
relation was enforced. Here all other tensors are fixed by the key, and the changed one is tied to
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
    used = {*mentioned(forms_of(system, lie.relation)), lie.tensor}
    result = RelationSystem()
    for number, tensor in enumerate(system.tensors):
        if number not in used:
            true[number] = false[number] = np.zeros((), np.int64)
            result.add_tensor(_fixed(tensor.name, true[number]))
        elif tensor.role is Role.TABLE:
            result.add_tensor(tensor)
        else:
            result.add_tensor(_fixed(tensor.name, true[number], false[number]))
    said = lie.tensor
    if isinstance(lie.relation, Definition):
        result.tensors[said] = system.tensors[said]
        result.definitions.append(lie.relation)
        said = _append(result, "copy", Role.TRACE, true, false, (true[said], false[said]))
        difference = _whole(result, said).minus(_whole(result, lie.tensor))
        result.pointwise.append(_product("copy", result, said, difference))
    else:
        result.tensors[said] = replace(result.tensors[said], role=Role.TRACE)
        if isinstance(lie.relation, Lookup):
            result.tables.append(system.tables[lie.relation.table])
            result.lookups.append(replace(lie.relation, table=0))
        else:
            result.pointwise.append(lie.relation)
    choices = []
    for name, array in (("true", lie.true[lie.tensor]), ("false", lie.false[lie.tensor])):
        choice = _append(result, name, Role.WEIGHT, true, false, (array, array))
        choices.append(_whole(result, said).minus(_whole(result, choice)))
    # Bounds the tensor, which every committed one has to be, and holds in both witnesses.
    result.pointwise.append(_product("one of two", result, said, *choices))
    return result, true, false


def _append(
    system: RelationSystem,
    name: str,
    role: Role,
    true: Arrays,
    false: Arrays,
    arrays: tuple[np.ndarray, np.ndarray],
) -> int:
    number = system.add_tensor(replace(_fixed(name, *arrays), role=role))
    true[number], false[number] = arrays
    return number


def _fixed(name: str, *arrays: np.ndarray) -> Tensor:
    ends = [0, *(int(end(array)) for array in arrays for end in (np.min, np.max))]
    return Tensor(name, arrays[0].shape, min(ends), max(ends), Role.WEIGHT)


def _whole(system: RelationSystem, tensor: int) -> Form:
    return tensor_form(tensor, local_point(block_bits(system.tensors[tensor].shape)))


def _product(name: str, system: RelationSystem, tensor: int, *factors: Form) -> Pointwise:
    return Pointwise(name, system.tensors[tensor].shape, (Product(1, factors),))
