"""What a tamperer does to one field. A mutation that changes nothing is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from modulus.reference.curve import GENERATOR, decode_point, encode_point, negate
from modulus.reference.field import BASE_MODULUS, SCALAR_MODULUS
from modulus.reference.twist import (
    TWIST_GENERATOR,
    TwistAffine,
    decode_twist_point,
    encode_twist_point,
    twist_add,
    twist_negate,
)
from tests.soundness.tamper.fields import Field, Kind

Contents = Iterator[bytes]
Mutation = Callable[[Field, bytes, Sequence[bytes]], Contents]
"""From a field, its content and the contents of the fields of its name, to other contents."""

WORD = 32


def _number(content: bytes) -> int:
    return int.from_bytes(content, "big")


def _words(content: bytes) -> list[int]:
    return [_number(content[start : start + WORD]) for start in range(0, len(content), WORD)]


def _packed(words: Sequence[int]) -> bytes:
    return b"".join(word.to_bytes(WORD, "big") for word in words)


def _flipped(_: Field, content: bytes, __: Sequence[bytes]) -> Contents:
    for position in {0, len(content) - 1}:
        for bit in (0, 7):
            changed = bytearray(content)
            changed[position] ^= 1 << bit
            yield bytes(changed)


def _other_length(_: Field, content: bytes, __: Sequence[bytes]) -> Contents:
    stated = int.from_bytes(content, "little")
    for other in (0, max(stated, 1) - 1, stated + 1, 1 << 31, (1 << 32) - 1):
        yield other.to_bytes(len(content), "little")


def _other_in_range(field: Field, content: bytes, _: Sequence[bytes]) -> Contents:
    value = int.from_bytes(content, "big", signed=True)
    for other in {field.low, value - 1, value + 1, -value, field.high}:
        if field.low <= other <= field.high:
            yield other.to_bytes(field.length, "big", signed=True)


def _out_of_range(field: Field, _: bytes, __: Sequence[bytes]) -> Contents:
    end = 1 << (8 * field.length - 1)
    for other in (-end, field.low - 1, field.high + 1, end - 1):
        if -end <= other < end and not field.low <= other <= field.high:
            yield other.to_bytes(field.length, "big", signed=True)


def _other_scalar(_: Field, content: bytes, all_of_its_name: Sequence[bytes]) -> Contents:
    value = _number(content)
    for other in (value + 1, value - 1, -value, 2 * value, 0, 1):
        yield (other % SCALAR_MODULUS).to_bytes(WORD, "big")
    yield next((one for one in all_of_its_name if one != content), content)


def _aliased_scalar(_: Field, content: bytes, __: Sequence[bytes]) -> Contents:
    for alias in (1, 2, 3):
        yield (_number(content) + alias * SCALAR_MODULUS).to_bytes(WORD, "big")
    yield SCALAR_MODULUS.to_bytes(WORD, "big")
    yield b"\xff" * WORD


def _other_point(_: Field, content: bytes, all_of_its_name: Sequence[bytes]) -> Contents:
    yield encode_point(GENERATOR)
    yield encode_point(negate(decode_point(content)))
    yield next((one for one in all_of_its_name if one != content), content)


def _no_point(_: Field, content: bytes, __: Sequence[bytes]) -> Contents:
    words = _words(content)
    yield bytes(len(content))
    yield b"\xff" * len(content)
    for position, word in enumerate(words):
        for other in (word ^ 1, word + BASE_MODULUS):
            yield _packed([*words[:position], other, *words[position + 1 :]])


def _other_twist_point(_: Field, content: bytes, __: Sequence[bytes]) -> Contents:
    point: TwistAffine = decode_twist_point(content)
    yield encode_twist_point(twist_negate(point))
    yield encode_twist_point(twist_add(point, TWIST_GENERATOR))


def _generator(_: Field, __: bytes, ___: Sequence[bytes]) -> Contents:
    yield encode_twist_point(TWIST_GENERATOR)


MUTATIONS: dict[str, tuple[frozenset[Kind], Mutation]] = {
    "a flipped bit": (frozenset({Kind.RAW}), _flipped),
    "another length": (frozenset({Kind.LENGTH}), _other_length),
    "another value": (frozenset({Kind.PUBLIC}), _other_in_range),
    "a value out of range": (frozenset({Kind.PUBLIC}), _out_of_range),
    "another scalar": (frozenset({Kind.SCALAR}), _other_scalar),
    "a scalar that is not reduced": (frozenset({Kind.SCALAR}), _aliased_scalar),
    "another point": (frozenset({Kind.POINT}), _other_point),
    "no point": (frozenset({Kind.POINT, Kind.TWIST_POINT}), _no_point),
    "another point of the twist": (frozenset({Kind.TWIST_POINT}), _other_twist_point),
    "the generator": (frozenset({Kind.TWIST_POINT}), _generator),
}


def mutated(label: str, field: Field, fields: Sequence[Field], data: bytes) -> Iterator[bytes]:
    """The file under every mutation of this label of one field."""
    content = field.read(data)
    all_of_its_name = [other.read(data) for other in fields if other.name == field.name]
    for other in MUTATIONS[label][1](field, content, all_of_its_name):
        if other != content:
            yield field.written(data, other)
