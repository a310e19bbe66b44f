"""Blocks are aligned, disjoint and deterministic; the blinding slots stay free."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modulus.relations.system import Role
from modulus.schedule.layout import BLINDING_SLOTS, choose_row_bits, place
from modulus.schedule.model import ROW_KINDS, PlacedTensor

ROLES = (Role.TABLE, Role.WEIGHT, Role.TRACE, Role.MULTIPLICITY, Role.HELPER, Role.VIRTUAL)

tensors = st.lists(
    st.builds(
        lambda role, shape: PlacedTensor(role, tuple(shape), 0, 1),
        st.sampled_from(ROLES),
        st.lists(st.integers(1, 9), min_size=0, max_size=3),
    ),
    max_size=25,
)


@given(tensors, st.integers(5, 8))
def test_blocks_are_aligned_disjoint_and_in_their_arena(
    declared: list[PlacedTensor], row_bits: int
) -> None:
    layout = place(declared, row_bits)
    width = 1 << row_bits
    used: set[int] = set()
    for tensor in layout.tensors:
        if not tensor.committed:
            continue
        size = 1 << tensor.bits
        start = tensor.row * width + tensor.offset
        slots = set(range(start, start + size))
        assert tensor.offset % min(size, width) == 0
        assert not slots & used
        used |= slots
        kind = Role.TRACE if tensor.role is Role.MULTIPLICITY else tensor.role
        rows = range(tensor.row, tensor.row + max(1, size // width))
        assert {layout.row_kinds[row] for row in rows} == {kind}
    assert list(layout.row_kinds) == sorted(layout.row_kinds, key=ROW_KINDS.index)
    helpers = [row for row, kind in enumerate(layout.row_kinds) if kind is Role.HELPER]
    assert helpers, "one helper row always exists, if only for blinding"
    last = (helpers[-1] + 1) * width
    assert not used & set(range(last - BLINDING_SLOTS, last))


@given(tensors, st.integers(5, 8))
def test_layout_is_deterministic(declared: list[PlacedTensor], row_bits: int) -> None:
    assert place(declared, row_bits) == place(list(declared), row_bits)


@given(tensors)
def test_automatic_row_size_is_within_limits(declared: list[PlacedTensor]) -> None:
    assert 5 <= choose_row_bits(declared) <= 24
