"""Costs by layer: which node of the model the committed integers and lookups belong to."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from modulus.relations.system import RelationSystem, Role


@dataclass(slots=True)
class LayerCost:
    """What one layer adds to a proof."""

    committed: int = 0
    """Integers committed to once per proof."""
    lookups: int = 0
    weights: int = 0
    """Integers committed to once per model."""
    table_rows: int = 0
    """Rows of function tables, counted where a table is used first."""

    @property
    def free(self) -> bool:
        """Whether the layer only moves or contracts: a proof commits to nothing for it."""
        return not (self.committed or self.lookups or self.table_rows)


def layer_costs(system: RelationSystem) -> dict[str, LayerCost]:
    """Return costs by layer, in the order of the model.

    Tensors are named `layer/what`, lookups `layer` or `layer.what`. What rounds a result belongs to
    the layer that needed it rounded, such as a ReLU behind a convolution.
    """
    costs: dict[str, LayerCost] = {}
    for tensor in system.tensors:
        layer, _, _ = tensor.name.rpartition("/")
        cost, entries = costs.setdefault(layer, LayerCost()), prod(tensor.shape)
        if tensor.role in (Role.TRACE, Role.PORT):
            cost.committed += entries
        elif tensor.role is Role.WEIGHT:
            cost.weights += entries
        elif tensor.role is Role.TABLE:
            cost.table_rows += entries
    for lookup in system.lookups:
        costs.setdefault(_layer_of(lookup.name, costs), LayerCost()).lookups += prod(lookup.shape)
    return costs


def _layer_of(name: str, known: dict[str, LayerCost]) -> str:
    """Return the longest known layer that a lookup's name begins with: layers may hold dots."""
    layer = name
    while layer not in known and "." in layer:
        layer = layer.rpartition(".")[0]
    return layer if layer in known else name
