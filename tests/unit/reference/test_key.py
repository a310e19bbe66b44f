import struct
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.errors import ArtifactError, ProofRejected, RejectionReason
from modulus.reference import verify
from modulus.reference.curve import GENERATOR, encode_point
from modulus.reference.key import VerifyingKey
from modulus.reference.twist import TWIST_GENERATOR, encode_twist_point
from modulus.relations.codec import decode_system, encode_system
from modulus.relations.system import RelationSystem
from modulus.schedule.codec import decode_schedule, encode_schedule
from modulus.schedule.model import Schedule
from tests.fuzz.budget import examples
from tests.unit.reference.small_proof import small_bytes, small_key

FLAG = 18
HASH = 19
SYSTEM = HASH + 32


def tau_start() -> int:
    key = small_key()
    return SYSTEM + 4 + len(key.system_bytes) + 4 + len(key.schedule_bytes)


def refusal(key: bytes) -> str:
    """The message of the rejection, through the function that users call."""
    with pytest.raises(ProofRejected) as caught:
        verify(key, small_bytes()[1])
    assert caught.value.reason is RejectionReason.MALFORMED_KEY
    return caught.value.detail


def changed(position: int, replacement: bytes) -> bytes:
    key = small_bytes()[0]
    return key[:position] + replacement + key[position + len(replacement) :]


def with_parts(system: bytes | None = None, schedule: bytes | None = None) -> bytes:
    key = small_bytes()[0]
    parts = [
        small_key().system_bytes if system is None else system,
        small_key().schedule_bytes if schedule is None else schedule,
    ]
    blobs = b"".join(struct.pack("<I", len(part)) + part for part in parts)
    return key[:SYSTEM] + blobs + key[tau_start() :]


def test_the_encoding_round_trips() -> None:
    key = small_bytes()[0]
    decoded = VerifyingKey.decode(key)
    assert decoded == small_key()
    assert decoded.encode() == key
    assert with_parts() == key


def test_a_ceremony_key_names_its_file() -> None:
    key = small_key()
    made = VerifyingKey.build(
        key.system_bytes, key.schedule_bytes, key.tau, key.points, srs_hash=bytes([7] * 32)
    )
    assert not made.declared_development
    assert VerifyingKey.decode(made.encode()) == made
    # Attack: a development key that calls itself a ceremony's is another key, and no better.
    assert made.digest != key.digest
    assert made.development


@pytest.mark.parametrize(
    ("position", "replacement", "message"),
    [
        (0, b"X", "magic"),
        (16, b"\x01", "version 1"),
        (FLAG, b"\x02", "flag"),
        (FLAG, b"\x00", "ceremony"),
        (HASH, b"\x01", "ceremony"),
        (SYSTEM, b"\xff\xff\xff\xff", "truncated"),
    ],
)
def test_a_foreign_header_is_refused(position: int, replacement: bytes, message: str) -> None:
    assert message in refusal(changed(position, replacement))


def test_truncation_and_trailing_bytes_are_refused() -> None:
    key = small_bytes()[0]
    for length in [*range(0, len(key), 61), len(key) - 1]:
        refusal(key[:length])
    assert "trailing" in refusal(key + b"\0")


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        (encode_twist_point(TWIST_GENERATOR), "tau is one"),
        (bytes(128), "infinity"),
        (b"\xff" * 128, "modulus"),
        ((5).to_bytes(32, "big") * 4, "curve"),
    ],
)
def test_a_degenerate_tau_is_refused(encoded: bytes, message: str) -> None:
    assert message in refusal(changed(tau_start(), encoded))


def test_the_number_of_commitments_is_that_of_the_fixed_rows() -> None:
    start = tau_start() + 128
    key = small_bytes()[0]
    assert "0 commitments" in refusal(key[:start] + bytes(7))
    two = (2).to_bytes(4, "little") + 2 * encode_point(GENERATOR)
    assert "2 commitments" in refusal(key[:start] + two + bytes(3))
    assert "does not fit" in refusal(key[:start] + b"\xff\xff\xff\xff")
    assert "infinity" in refusal(key[: start + 4] + bytes(64))


def test_other_weights_are_another_model() -> None:
    key = small_bytes()[0][:-67] + encode_point(GENERATOR) + bytes(3)
    with pytest.raises(ProofRejected) as caught:
        verify(key, small_bytes()[1])
    assert caught.value.reason is RejectionReason.WRONG_VERIFYING_KEY


def edited_schedule(**changes: Any) -> bytes:
    schedule: Schedule = decode_schedule(small_key().schedule_bytes)
    return encode_schedule(replace(schedule, **changes))


def test_a_schedule_that_drops_a_relation_is_refused() -> None:
    schedule = small_key().schedule
    dropped = edited_schedule(pointwise=schedule.pointwise[:1])
    assert "not the one" in refusal(with_parts(schedule=dropped))


def edited_system(items_name: str, index: int, **changes: Any) -> bytes:
    system: RelationSystem = decode_system(small_key().system_bytes)
    items = getattr(system, items_name)
    items[index] = replace(items[index], **changes)
    return encode_system(system)


@pytest.mark.parametrize(
    ("name", "index", "changes", "message"),
    [
        ("tensors", 0, {"shape": (1 << 31, 1 << 31)}, "place the tensors"),
        ("tables", 0, {"shape": (1 << 31,)}, "place the tensors"),
        ("lookups", 0, {"shape": (1 << 31,)}, "place the lookups"),
        ("lookups", 0, {"table": 9}, "table 9"),
        ("public", 0, {"tensor": 99}, "does not exist"),
        ("public", 0, {"scale": 0.0}, "scale"),
        ("public", 0, {"scale": float("inf")}, "scale"),
        ("public", 0, {"shape": (13,)}, "number of values"),
        ("public", 0, {"tensor": 99, "scale": 1.0}, "does not exist"),
        ("tensors", 0, {"low": -4}, "not the one"),
        ("public", 0, {"width": 4}, "not the one"),
    ],
)
def test_a_system_that_the_schedule_does_not_come_from_is_refused(
    name: str, index: int, changes: dict[str, Any], message: str
) -> None:
    assert message in refusal(with_parts(system=edited_system(name, index, **changes)))


def test_public_names_and_scales_are_part_of_the_model() -> None:
    renamed = with_parts(system=edited_system("public", 1, name="z", scale=2.0))
    with pytest.raises(ProofRejected) as caught:
        verify(renamed, small_bytes()[1])
    assert caught.value.reason is RejectionReason.WRONG_VERIFYING_KEY


def test_parts_that_do_not_belong_together_cannot_be_built() -> None:
    key = small_key()
    with pytest.raises(ArtifactError, match="0 commitments"):
        VerifyingKey.build(key.system_bytes, key.schedule_bytes, key.tau, ())


@pytest.mark.fuzz
@examples(60)
@given(st.data())
def test_no_changed_byte_is_accepted(data: st.DataObject) -> None:
    key = bytearray(small_bytes()[0])
    key[data.draw(st.integers(0, len(key) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ProofRejected) as caught:
        verify(bytes(key), small_bytes()[1])
    reasons = {RejectionReason.MALFORMED_KEY, RejectionReason.WRONG_VERIFYING_KEY}
    # A longer or shorter schedule cannot come from the same system, so lengths never differ.
    assert caught.value.reason in reasons
