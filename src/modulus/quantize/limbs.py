"""Ranges by limbs: a table of 2^16 rows is more than all lookups of a small model."""

from __future__ import annotations

from modulus.ir.graph import Graph
from modulus.ir.step import Declaration, Range, limb_widths
from modulus.ir.steps import Limbs
from modulus.relations.coordinate import block_bits
from modulus.relations.system import RelationSystem, Role, Tensor

LIMB_BITS = 8
"""Widest limb: two limbs for most ranges, in a table of 256 rows."""
WORTH_IT = 0.75
"""Cut ranges where at most this share of the slots is left: limbs cost claims and lookups."""


def cut_ranges(graph: Graph) -> None:
    """Let wide ranges be checked by limbs, if their tables take more slots than the limbs would."""
    declared = Declaration(RelationSystem(tensors=list(graph.tensors)))
    layers: list[str] = []
    for step in graph.steps:
        step.declare(declared)
        layers += [step.label] * (len(declared.checked) - len(layers))
    if slots_of_limbs(declared) > WORTH_IT * slots(declared):
        return
    for number, (layer, held) in enumerate(zip(layers, declared.checked, strict=True)):
        if held.bits > LIMB_BITS:
            graph.steps.append(_cut(graph, layer, number, held))


def _cut(graph: Graph, layer: str, number: int, held: Range) -> Limbs:
    tensors = tuple(
        graph.add_tensor(
            Tensor(f"{layer}/limb.{number}.{limb}", held.shape, 0, (1 << width) - 1, Role.TRACE)
        )
        for limb, width in enumerate(_limbs(held.bits))
    )
    return Limbs(layer, number, held.shape, held.form, held.bits, tensors)


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
    wide = {bits for bits in declared.ranges if bits > LIMB_BITS}
    small = {width for bits in wide for width in _limbs(bits)} - declared.ranges.keys()
    tables = sum(2 << bits for bits in small) - sum(2 << bits for bits in wide)
    limbs = sum(
        (2 * len(_limbs(held.bits)) - 1) * _padded(held.shape)
        for held in declared.checked
        if held.bits in wide
    )
    return slots(declared) + tables + limbs


def _limbs(bits: int) -> tuple[int, ...]:
    return limb_widths(bits, -(-bits // LIMB_BITS))


def _padded(shape: tuple[int, ...]) -> int:
    return 1 << block_bits(shape)
