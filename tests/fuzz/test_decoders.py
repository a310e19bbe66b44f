"""Damaged, spliced and random bytes: decoded or refused with a typed error, nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.errors import ModulusError
from tests.fuzz.budget import THOROUGH, examples
from tests.fuzz.targets import NAMES, TARGETS, Target

NUMBERS = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 1 << 31, (1 << 32) - 1, 1 << 40, (1 << 64) - 1]

pytestmark = pytest.mark.fuzz


@st.composite
def damaged(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """Honest bytes with up to four edits: what bit rot, a cut copy or a forger would make."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        edit = draw(st.sampled_from(["flip", "number", "cut", "remove", "insert", "repeat"]))
        if edit == "flip" and data:
            data[place] ^= draw(st.integers(1, 255))
        elif edit == "number":
            width = draw(st.sampled_from([1, 2, 4, 8]))
            number = draw(st.sampled_from(NUMBERS)) % (1 << 8 * width)
            data[place : place + width] = number.to_bytes(width, "little")
        elif edit == "cut":
            del data[place:]
        elif edit == "remove":
            del data[place : place + draw(st.integers(1, 64))]
        elif edit == "insert":
            data[place:place] = draw(st.binary(min_size=1, max_size=40))
        elif edit == "repeat":
            data[place:place] = data[place : place + draw(st.integers(1, 64))]
    return bytes(data)


def check(target: Target, data: bytes) -> None:
    """Refused, or decoded to something that is written back to the same bytes."""
    try:
        decoded = target.decode(data)
    except ModulusError:
        return
    if target.encode is not None:
        assert target.encode(decoded) == data


@pytest.mark.parametrize("name", TARGETS)
def test_honest_bytes_are_decoded(name: str) -> None:
    target = TARGETS[name]
    for seed in target.seeds():
        decoded = target.decode(seed)
        assert target.encode is None or target.encode(decoded) == seed


def fuzzed(name: str) -> Callable[[], None]:
    target = TARGETS[name]

    @examples(target.examples)
    @given(st.data())
    def test(data: st.DataObject) -> None:
        check(target, data.draw(damaged(target.seeds())))

    return test


@pytest.mark.parametrize("name", NAMES)
def test_damaged_bytes_are_refused_with_a_typed_error(name: str) -> None:
    fuzzed(name)()


@pytest.mark.parametrize("name", NAMES)
def test_random_bytes_are_refused_with_a_typed_error(name: str) -> None:
    target = TARGETS[name]
    starts = [b"", *(seed[:length] for seed in target.seeds() for length in (8, 16, 18, 24))]

    @examples(target.examples)
    @given(st.sampled_from(starts), st.binary(max_size=300))
    def test(start: bytes, rest: bytes) -> None:
        check(target, start + rest)

    test()


@pytest.mark.parametrize("name", NAMES)
def test_every_cut_is_refused(name: str) -> None:
    target = TARGETS[name]
    for seed in target.seeds():
        for length in range(0, len(seed), 1 if THOROUGH else max(1, len(seed) // 30)):
            check(target, seed[:length])
