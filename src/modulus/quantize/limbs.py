"""Ranges by limbs: a table of 2^16 rows is more than all lookups of a small model."""

from __future__ import annotations

from modulus.ir.graph import Graph
from modulus.ir.step import Declaration, limb_widths
from modulus.ir.steps import Limbs
from modulus.relations.coordinate import block_bits
from modulus.relations.system import Lookup, RelationSystem, Role, Tensor

LIMB_BITS = 8
"""Widest limb: two limbs for most ranges, in a table of 256 rows."""
WORTH_IT = 0.75
"""Cut ranges where at most this share of the slots is left: limbs cost claims and lookups."""


def cut_ranges(graph: Graph) -> None:
    """Let wide ranges be checked by limbs, if their tables take more slots than the limbs would."""
    declared = graph.declaration()
    if slots_of_limbs(declared) > WORTH_IT * slots(declared):
        return
    again = Declaration(RelationSystem(tensors=list(graph.tensors)))
    for step in list(graph.steps):
        first, number = len(again.system.lookups), again.declared
        step.declare(again)
        widths = {table: bits for bits, table in again.ranges.items()}
        for lookup in again.system.lookups[first:]:
            if lookup.table not in widths:
                continue
            if widths[lookup.table] > LIMB_BITS:
                graph.steps.append(_cut(graph, step.label, number, lookup, widths[lookup.table]))
            number += 1


def _cut(graph: Graph, layer: str, number: int, lookup: Lookup, bits: int) -> Limbs:
    (form,) = lookup.columns
    tensors = tuple(
        graph.add_tensor(
            Tensor(f"{layer}/limb.{number}.{limb}", lookup.shape, 0, (1 << width) - 1, Role.TRACE)
        )
        for limb, width in enumerate(_limbs(bits))
    )
    return Limbs(layer, number, lookup.shape, form, bits, tensors)


def slots(declared: Declaration) -> int:
    """Return the slots of trace and helpers.

    Entries, lookups and rows of tables take one each, rows another one for their multiplicity.
    """
    system = declared.system
    used = {lookup.table for lookup in system.lookups}
    return (
        sum(_padded(tensor.shape) for tensor in system.tensors if tensor.role is Role.TRACE)
        + sum(_padded(lookup.shape) for lookup in system.lookups)
        + sum(2 * _padded(system.tables[table].shape) for table in used)
    )


def slots_of_limbs(declared: Declaration) -> int:
    """Return the slots that `cut_ranges` leaves."""
    widths = {table: bits for bits, table in declared.ranges.items() if bits > LIMB_BITS}
    total = slots(declared)
    small: set[int] = set()
    for lookup in declared.system.lookups:
        if lookup.table in widths:
            limbs = _limbs(widths[lookup.table])
            total += (2 * len(limbs) - 1) * _padded(lookup.shape)
            small.update(limbs)
    small -= declared.ranges.keys()
    return total + sum(2 << bits for bits in small) - sum(2 << bits for bits in widths.values())


def _limbs(bits: int) -> tuple[int, ...]:
    return limb_widths(bits, -(-bits // LIMB_BITS))


def _padded(shape: tuple[int, ...]) -> int:
    return 1 << block_bits(shape)
