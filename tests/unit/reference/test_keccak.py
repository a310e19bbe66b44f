"""Keccak-256: published answers, the standard library's permutation, and tagged digests."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.reference import keccak
from modulus.reference.keccak import digest, keccak256, truncated, word


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ],
)
def test_published_answers(message: bytes, expected: str) -> None:
    assert keccak256(message).hex() == expected


@pytest.mark.parametrize("length", [0, 1, 134, 135, 136, 137, 271, 272, 400])
def test_only_the_padding_differs_from_sha3(length: int) -> None:
    message = bytes(index % 251 for index in range(length))
    assert keccak._hash(message, 0x06) == hashlib.sha3_256(message).digest()


def test_vectors(load_vectors: Callable[[str], Any]) -> None:
    for case in load_vectors("keccak/keccak256.json")["cases"]:
        assert f"0x{keccak256(bytes.fromhex(case['input'][2:])).hex()}" == case["digest"]
    for case in load_vectors("keccak/digest.json")["cases"]:
        tagged = digest(case["tag"], *(bytes.fromhex(part[2:]) for part in case["parts"]))
        assert f"0x{tagged.hex()}" == case["digest"]
        assert truncated(tagged) == int(case["truncated"], 16)


def test_digest_is_the_hash_of_padded_tag_and_parts() -> None:
    parts = word(1) + word(2)
    assert digest("modulus.r", word(1), word(2)) == keccak256(b"modulus.r" + bytes(23) + parts)


@pytest.mark.parametrize("tag", ["", "x" * 33, "modulus.\u00e9", "modulus\0"])
def test_ambiguous_tags_are_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        digest(tag)


def test_parts_that_are_not_whole_words_are_refused() -> None:
    with pytest.raises(ValueError, match=r"part 1 of digest 'modulus.r' has 31 bytes"):
        digest("modulus.r", word(0), bytes(31))


@given(st.binary(min_size=32, max_size=32))
def test_truncation_drops_the_highest_byte(value: bytes) -> None:
    assert truncated(value) == int.from_bytes(value[1:], "big")


@pytest.mark.parametrize("value", [-1, 1 << 256])
def test_words_hold_256_bits(value: int) -> None:
    with pytest.raises(ValueError, match="256 bits"):
        word(value)


def test_truncation_takes_whole_digests_only() -> None:
    with pytest.raises(ValueError, match=r"got 31"):
        truncated(bytes(31))
