from __future__ import annotations

from math import prod

from modulus.relations.form import Form
from modulus.relations.system import Lookup, RelationSystem, Role, Tensor
from modulus.schedule.layers import LayerCost, layer_costs
from tests.support import compiled as support


def test_every_committed_integer_and_lookup_belongs_to_one_layer() -> None:
    system = support.compiled().graph.relations()
    costs = layer_costs(system)
    held = dict.fromkeys(Role, 0)
    for tensor in system.tensors:
        held[tensor.role] += prod(tensor.shape)
    assert sum(cost.committed for cost in costs.values()) == held[Role.TRACE]
    assert sum(cost.weights for cost in costs.values()) == held[Role.WEIGHT]
    assert sum(cost.lookups for cost in costs.values()) == sum(
        prod(lookup.shape) for lookup in system.lookups
    )
    assert "features" in costs
    # 32 ReLUs: quotient, its negative part, remainder and the remainder's two limbs, which are
    # looked up in its place.
    assert costs["/1/Relu"].committed == 5 * 32
    assert costs["/1/Relu"].lookups == 4 * 32


def test_names_with_dots_and_slashes_are_layers_too() -> None:
    names = ("/body.1/conv", "/body.1", "relu")
    system = RelationSystem([Tensor(f"{name}/round", (4,), 0, 9, Role.TRACE) for name in names])
    for name in ("/body.1/conv.remainder.0", "/body.1.range", "relu", "other.gather"):
        system.lookups.append(Lookup(name, (4,), 0, (Form(()),)))
    costs = layer_costs(system)
    assert {name: costs[name].lookups for name in names} == dict.fromkeys(names, 4)
    assert costs["other.gather"] == LayerCost(lookups=4)
    assert LayerCost(weights=3).free
