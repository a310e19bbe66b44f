"""Packed public values: bytes and values determine each other, whoever chose them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.reference.packing import UnpackingError, pack, unpack
from modulus.reference.sealed_key import PublicRange
from tests.fuzz.budget import examples

WIDTHS = (1, 2, 4, 8)


def tensor(count: int, width: int) -> PublicRange:
    bound = 1 << 8 * width - 1
    return PublicRange(count, width, -bound, bound - 1)


tensors = st.lists(st.builds(tensor, st.integers(1, 12), st.sampled_from(WIDTHS)), max_size=4)


@st.composite
def values(draw: st.DrawFn) -> tuple[list[PublicRange], bytes]:
    """Tensors with small steps and extremes among their values."""
    shapes = draw(tensors)
    packed = b""
    for item in shapes:
        numbers = st.integers(-3, 3) | st.sampled_from((item.low, item.high))
        for number in draw(st.lists(numbers, min_size=item.count, max_size=item.count)):
            packed += number.to_bytes(item.width, "big", signed=True)
    return shapes, packed


@examples(200)
@given(values())
def test_packed_values_come_back(case: tuple[list[PublicRange], bytes]) -> None:
    shapes, public = case
    stored = pack(public, shapes)
    assert len(stored) <= len(public)
    if len(stored) < len(public):
        assert unpack(stored, shapes) == public


@examples(500)
@given(tensors, st.binary(max_size=40))
def test_bytes_that_unpack_are_what_packing_gives(shapes: list[PublicRange], data: bytes) -> None:
    try:
        public = unpack(data, shapes)
    except UnpackingError:
        return
    assert pack(public, shapes) == (data if len(data) < len(public) else public)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_line_takes_little_more_than_the_lengths(width: int) -> None:
    public = b"".join((100 - step).to_bytes(width, "big", signed=True) for step in range(200))
    stored = pack(public, [tensor(200, width)])
    length_bits = (8 * width).bit_length() - 1
    assert len(stored) <= 200 * length_bits / 8 + 4
    assert unpack(stored, [tensor(200, width)]) == public


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "end"),
        (b"\x00" * 2, "after"),
        (b"\x01", "after"),
        # The longest length, before a number of five bits.
        (bytes([0b1110_0011, 0b1110_0000]), "more bits"),
    ],
)
def test_what_packing_never_gives_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnpackingError, match=reason):
        unpack(data, [tensor(1, 1)])
