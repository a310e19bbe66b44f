"""Reports, schedules and proofs as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modulus._native import Circuit
from modulus.cli.console import size, table
from modulus.evm.gas import schedule_gas
from modulus.quantize import Report
from modulus.resources import mebibytes
from modulus.schedule.cost import ScheduleCosts, schedule_costs, seal_costs
from modulus.schedule.layers import LayerCost
from modulus.schedule.model import Schedule
from modulus.schedule.soundness import (
    SoundnessTerm,
    interactive_bits,
    security_bits,
)


def describe_costs(costs: ScheduleCosts) -> str:
    """Describe what proving and verifying take."""
    arenas = table(
        [
            ("arena", "entries", "slots", "rows"),
            *(
                (
                    name,
                    f"{costs.committed_entries[name]:,}",
                    f"{costs.committed_slots[name]:,}",
                    f"{costs.rows[name]:,}",
                )
                for name in costs.rows
            ),
        ]
    )
    totals = table(
        [
            ("slots per row", f"2^{costs.row_bits}"),
            ("identities", f"{costs.identities:,}"),
            ("lookups", f"{costs.lookups:,}"),
            ("rows of tables", f"{costs.table_rows:,}"),
            ("sumcheck rounds", f"{costs.rounds:,}"),
            ("claims", f"{costs.claims:,}"),
            ("permutations", f"{costs.permutations:,}"),
            ("sealed proof", size(costs.sealed_proof_bytes)),
            ("transparent proof", size(costs.proof_bytes)),
            ("expected proving time, one core", f"{costs.prove_seconds_one_core:.1f} s"),
            ("expected proving memory", f"{mebibytes(costs.prove_memory_bytes)} MiB"),
        ]
    )
    return f"{arenas}\n\n{totals}"


def describe_seal(schedule_bytes: bytes, schedule: Schedule) -> str:
    """Describe what the seal adds: constraints by part, time and memory, and gas by part."""
    circuit = Circuit(schedule_bytes)
    constraints = [("seal", "constraints")]
    constraints += [(part, f"{count:,}") for part, count in circuit.breakdown().items()]
    constraints.append(("together", f"{circuit.constraints:,}"))
    costs = schedule_costs(schedule)
    sealing = seal_costs(circuit.constraints)
    seconds = costs.prove_seconds_one_core + sealing.seconds_one_core
    memory = costs.prove_memory_bytes + sealing.memory_bytes
    totals = [
        ("expected sealed proving time, one core", f"{seconds:.1f} s"),
        ("expected sealed proving memory", f"{mebibytes(memory)} MiB"),
    ]
    gas = schedule_gas(schedule)
    parts = [("expected gas of one verification", f"{gas.total:,}")]
    parts += [
        (f"  {name}", f"{amount:,}")
        for name, amount in (
            ("transaction", gas.transaction),
            ("calldata", gas.calldata),
            ("pairing", gas.pairing),
            ("points", gas.points),
            ("public values", gas.public_values),
            ("other", gas.other),
        )
    ]
    return "\n\n".join(map(table, (constraints, totals, parts)))


def describe_layers(layers: Mapping[str, LayerCost]) -> str:
    """Describe what each node of the model adds to a proof; free ones are left out."""
    rows = [("cost of", "committed", "lookups", "table rows", "weights")]
    rows += [
        (
            name or "inputs and shared tensors",
            f"{cost.committed:,}",
            f"{cost.lookups:,}",
            f"{cost.table_rows:,}",
            f"{cost.weights:,}",
        )
        for name, cost in layers.items()
        if not cost.free
    ]
    return table(rows)


def describe_soundness(terms: list[SoundnessTerm]) -> str:
    """Describe the soundness error, term by term."""
    rows = [("soundness term", "bits", "error")]
    rows += [(term.name, f"{term.bits:.1f}", term.formula) for term in terms]
    return (
        table(rows)
        + f"\n\nprotocol {interactive_bits(terms):.1f} bits; "
        + f"security {security_bits(terms):.0f} bits, that of the curve BN254"
    )


def describe_report(report: Mapping[str, Any]) -> str:
    """Describe the report of a compilation."""
    lines = []
    accuracy = report.get("accuracy")
    if isinstance(accuracy, Mapping):
        lines.append(Report.from_stored(accuracy).table())
    found = report.get("search")
    if isinstance(found, Mapping):
        lines.append(str(found["reason"]))
    costs = report.get("costs")
    if isinstance(costs, Mapping):
        lines.append(describe_costs(ScheduleCosts(**costs)))
    return "\n\n".join(lines)
