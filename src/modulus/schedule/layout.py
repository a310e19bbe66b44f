"""Where every committed tensor lies: arenas cut into rows of 2^m slots (PROTOCOL.md, section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modulus.errors import ArtifactError
from modulus.relations.system import Role
from modulus.schedule.model import ROW_KINDS, PlacedTensor

BLINDING_SLOTS = 8
"""Highest slots of the last helper row, never covered: six of them make the opening uniform."""

MAX_ROWS = 1 << 16
"""More rows are refused before they are listed: a hostile key may declare huge tensors."""

MIN_ROW_BITS = 5
MAX_ROW_BITS = 24

ROW_COST_IN_SLOTS = 20_000
"""What one more row costs a verifier, in slots of prover work."""

ON_CHAIN_ROW_COST_IN_SLOTS = 100_000
"""The same where a contract verifies: a row costs it about 7,800 gas."""

FULL_SIZE_COMMITMENTS = 3
"""Multi-scalar multiplications of a whole row per proof: S, W and W'."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The placed tensors and the kind of every row."""

    tensors: tuple[PlacedTensor, ...]
    row_kinds: tuple[Role, ...]


def _arena(role: Role) -> Role:
    return Role.TRACE if role is Role.MULTIPLICITY else role


def place(tensors: Sequence[PlacedTensor], row_bits: int) -> Layout:
    """Assign rows and offsets.

    Blocks go from the largest to the smallest (declaration order among equals), so every block is
    aligned to its own size without gaps; a block larger than a row takes whole rows. Committed
    inputs and outputs have rows of their own, in declaration order.

    Raises:
        ArtifactError: The tensors need too many rows of this size.
    """
    placed = list(tensors)
    kinds: list[Role] = []
    for kind in ROW_KINDS:
        rows = _place_arena(placed, kind, row_bits, first_row=len(kinds))
        if len(kinds) + rows > MAX_ROWS:
            raise ArtifactError(f"more than {MAX_ROWS} rows of 2^{row_bits} slots")
        kinds.extend([kind] * rows)
    return Layout(tuple(placed), tuple(kinds))


def _place_arena(placed: list[PlacedTensor], kind: Role, row_bits: int, first_row: int) -> int:
    """Place one arena in place and return the number of its rows."""
    members = [
        number
        for number, tensor in enumerate(placed)
        if tensor.committed and _arena(tensor.role) is kind
    ]
    alone = kind is Role.PORT
    if not alone:
        members.sort(key=lambda number: -placed[number].bits)
    slot = 0
    for number in members:
        placed[number] = replace(
            placed[number],
            row=first_row + (slot >> row_bits),
            offset=slot & ((1 << row_bits) - 1),
        )
        slot += 1 << (max(placed[number].bits, row_bits) if alone else placed[number].bits)
        # A large block is a multiple of a row, so what follows starts a new row.
    rows = (slot + (1 << row_bits) - 1) >> row_bits
    if kind is Role.HELPER:
        free = (rows << row_bits) - slot
        if free < BLINDING_SLOTS:
            rows += 1
    return rows


def choose_row_bits(tensors: Sequence[PlacedTensor], row_cost: int = ROW_COST_IN_SLOTS) -> int:
    """Return the row size that balances the prover's work against the number of rows."""
    slots = sum(1 << tensor.bits for tensor in tensors if tensor.committed)

    def cost(row_bits: int) -> int:
        rows = len(place(tensors, row_bits).row_kinds)
        return FULL_SIZE_COMMITMENTS * (1 << row_bits) + row_cost * rows

    # Rows so short that there would be too many are not worth placing.
    shortest = max(MIN_ROW_BITS, (slots // (MAX_ROWS // 2)).bit_length())
    return min(range(shortest, max(shortest, MAX_ROW_BITS) + 1), key=cost)
