"""From an integer graph to its verifying key."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from modulus._native import Srs, commit_fixed, open_fixed
from modulus.arrays import contiguous
from modulus.errors import ResourceError
from modulus.ir.evaluate import Integers
from modulus.ir.graph import Graph
from modulus.progress import ProgressCallback, silent
from modulus.relations.codec import encode_system
from modulus.relations.system import Role
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import encode_schedule
from modulus.schedule.layout import (
    MAX_ROW_BITS,
    MIN_ROW_BITS,
    ON_CHAIN_ROW_COST_IN_SLOTS,
    ROW_COST_IN_SLOTS,
)
from modulus.schedule.model import Schedule
from modulus.verifier import SealPart, VerifyingKey


def plan(
    graph: Graph, row_bits: int | None = None, *, on_chain: bool = False
) -> tuple[bytes, Schedule]:
    """Return the canonical relations of a graph and their schedule.

    Without `row_bits` rows are longer, and fewer, where a contract verifies.

    Raises:
        QuantizationError: A range is not covered, or an identity may wrap around the field.
        ResourceError: The row size is not supported.
    """
    if row_bits is not None and not MIN_ROW_BITS <= row_bits <= MAX_ROW_BITS:
        raise ResourceError(f"row_bits {row_bits} is outside {MIN_ROW_BITS} to {MAX_ROW_BITS}")
    system = graph.relations()
    row_cost = ON_CHAIN_ROW_COST_IN_SLOTS if on_chain else ROW_COST_IN_SLOTS
    return encode_system(system), build_schedule(system, row_bits, row_cost)


def make_verifying_key(
    graph: Graph,
    system_bytes: bytes,
    schedule: Schedule,
    powers: Srs,
    progress: ProgressCallback = silent,
    *,
    seal: SealPart | None = None,
    weight_blinds: bytes = b"",
) -> VerifyingKey:
    """Commit to tables and weights, and open what everybody may know of them.

    Args:
        graph: Holds the weights.
        system_bytes: Its canonical relations.
        schedule: Their schedule.
        powers: The powers of tau.
        progress: Called as the work goes on.
        seal: What sealed proofs need; without it there are only transparent ones.
        weight_blinds: Coefficients that hide the weights; none for public weights.

    Raises:
        SrsError: There are too few powers of tau.
    """
    encoded = encode_schedule(schedule)
    fixed = fixed_tensors(graph, schedule)
    points = commit_fixed(encoded, powers, fixed, weight_blinds, progress)
    key = VerifyingKey(
        declared_development=powers.development,
        file_hash=powers.file_hash,
        system_bytes=system_bytes,
        schedule_bytes=encoded,
        tau_g2=powers.tau_g2,
        points=tuple(points),
        seal=seal,
    )
    progress("opening the tables", 1.0)
    committed = key.encode()

    def opening(of: Role, name: Literal["tables", "weights"]) -> bytes | None:
        return open_fixed(committed, powers, fixed, name) if schedule.rows_of(of) else None

    return replace(
        key,
        table_opening=opening(Role.TABLE, "tables"),
        weight_opening=None if weight_blinds else opening(Role.WEIGHT, "weights"),
    )


def fixed_tensors(graph: Graph, schedule: Schedule) -> dict[int, Integers]:
    """Return the integers of tables and weights by tensor number."""
    return {
        number: contiguous(graph.constants[number])
        for number, tensor in enumerate(schedule.tensors)
        if tensor.role in (Role.TABLE, Role.WEIGHT)
    }
