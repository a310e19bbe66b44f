"""What a proof of an integer graph costs, without making any key."""

from __future__ import annotations

from dataclasses import dataclass

from modulus._native import Circuit
from modulus.evm.gas import schedule_gas
from modulus.ir.graph import Graph
from modulus.keys import plan
from modulus.schedule.codec import encode_schedule
from modulus.schedule.cost import schedule_costs
from modulus.schedule.layers import LayerCost, layer_costs


@dataclass(frozen=True, slots=True)
class ProofCosts:
    """The costs that settings decide."""

    committed_entries: int
    """Integers committed to: tables, weights, inputs, trace, and the helpers of lookups."""
    rows: int
    """Commitments of the model and of a proof."""
    lookups: int
    prove_seconds: float
    """Expected on one core, without the seal."""
    prove_memory_bytes: int
    constraints: int
    """Of the seal's circuit."""
    gas: int
    """Of one transaction that verifies."""
    proof_bytes: int
    """Of a sealed proof."""
    layers: dict[str, LayerCost]
    """What each layer adds, by name."""


def proof_costs(graph: Graph, row_bits: int | None = None) -> ProofCosts:
    """Plan the proof of a graph and add up what it takes.

    Raises:
        QuantizationError: A range is not covered, or an identity may wrap around the field.
        ResourceError: The row size is not supported.
    """
    _, schedule = plan(graph, row_bits, on_chain=True)
    costs = schedule_costs(schedule)
    return ProofCosts(
        committed_entries=sum(costs.committed_entries.values()),
        rows=len(schedule.row_kinds),
        lookups=costs.lookups,
        prove_seconds=costs.prove_seconds_one_core,
        prove_memory_bytes=costs.prove_memory_bytes,
        constraints=Circuit(encode_schedule(schedule)).constraints,
        gas=schedule_gas(schedule).total,
        proof_bytes=costs.sealed_proof_bytes,
        layers=layer_costs(graph.relations()),
    )


def price(prove_seconds: float, committed_entries: int) -> tuple[float, int]:
    """Return what settings are ordered by: expected seconds to two digits, then entries.

    Expectations are good for two digits; what costs as much to these is told apart by its size.
    """
    return float(f"{prove_seconds:.2g}"), committed_entries
