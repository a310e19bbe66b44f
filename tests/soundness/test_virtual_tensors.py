"""A claim on a virtual tensor is reduced to its multilinear extension, padding included.

Contractions and rewires replace a claim by sums over bound bits. The result is the extension of the
tensor that `execute` computes, zero outside its shape, only if every term is multilinear in the
bits that are kept and only if padding never contributes.
"""

import random
from math import prod

import pytest

from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.multilinear import evaluate
from modulus.relations.coordinate import CoordinateKind, Point, block_bits
from modulus.relations.system import Definition, Role
from modulus.schedule.build import build_schedule
from tests.soundness.corpus import CORPUS, built
from tests.soundness.extensions import Tables, definition_value
from tests.support.dense import inside, padded


def _tables(name: str) -> Tables:
    graph, trace = built(name)
    return {
        number: padded(tensor.shape, trace.arrays[number].reshape(-1).tolist())
        for number, tensor in enumerate(graph.tensors)
    }


@pytest.mark.parametrize("name", CORPUS)
def test_a_definition_is_the_extension_of_what_is_executed(name: str) -> None:
    graph, _ = built(name)
    system = graph.relations()
    tables = _tables(name)
    generator = random.Random(name)
    for definition in system.definitions:
        bits = block_bits(system.tensors[definition.tensor].shape)
        point = [generator.randrange(SCALAR_MODULUS) for _ in range(bits)]
        expected = evaluate(tables[definition.tensor], point)
        assert definition_value(definition, point, tables) == expected


@pytest.mark.parametrize("name", CORPUS)
def test_no_definition_uses_a_kept_bit_twice_in_a_product(name: str) -> None:
    system = built(name)[0].relations()
    for definition in system.definitions:
        kept = block_bits(system.tensors[definition.tensor].shape)
        for uses in _kept_uses(definition):
            assert len(uses) == len(set(uses)), system.tensors[definition.tensor].name
            assert set(uses) <= set(range(kept))


def _kept_uses(definition: Definition) -> list[list[int]]:
    """Per product of a definition, the free bits of the defined tensor that its factors use."""
    result = []
    for item in definition.summands:
        uses: list[int] = []
        for kernel in item.kernels:
            uses += _locals([part.coordinates for part in kernel.parts])
        for factor in item.factors:
            used: set[int] = set()
            for term in factor.terms:
                points = [selector.coordinates for selector in term.selectors]
                points += [term.atom.point] if hasattr(term.atom, "point") else []
                used.update(_locals(points))
            uses += sorted(used)
        result.append([bit for bit in uses if bit not in item.variables])
    for term in definition.offset.terms:
        points = [selector.coordinates for selector in term.selectors]
        points += [part.coordinates for kernel in term.kernels for part in kernel.parts]
        result.append(_locals(points))
    return result


def _locals(points: list[Point]) -> list[int]:
    return [c.variable for point in points for c in point if c.kind is CoordinateKind.LOCAL]


@pytest.mark.parametrize("name", CORPUS)
def test_every_padded_committed_tensor_is_forced_to_zero_outside_its_shape(name: str) -> None:
    schedule = build_schedule(built(name)[0].relations())
    for number, tensor in enumerate(schedule.tensors):
        needs = any(extent & (extent - 1) for extent in tensor.shape)
        kinds = (Role.TABLE, Role.WEIGHT, Role.PORT, Role.TRACE)
        assert (number in schedule.padding) == (needs and tensor.role in kinds)


@pytest.mark.parametrize("name", CORPUS)
def test_virtual_tensors_are_zero_outside_their_shape_for_any_field_elements(name: str) -> None:
    system = built(name)[0].relations()
    generator = random.Random(name)
    tables = {
        number: padded(
            tensor.shape, [generator.randrange(SCALAR_MODULUS) for _ in range(prod(tensor.shape))]
        )
        for number, tensor in enumerate(system.tensors)
        if tensor.role is not Role.VIRTUAL
    }
    for definition in system.definitions:
        shape = system.tensors[definition.tensor].shape
        bits, members = block_bits(shape), set(inside(shape))
        tables[definition.tensor] = [
            definition_value(definition, [index >> k & 1 for k in range(bits)], tables)
            for index in range(1 << bits)
        ]
        outside = set(range(1 << bits)) - members
        assert all(tables[definition.tensor][index] == 0 for index in outside)
