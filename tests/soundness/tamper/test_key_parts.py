"""Every field of the relation system and of the schedule that a verifying key carries."""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from modulus.errors import ModulusError, RejectionReason
from modulus.reference.key import VerifyingKey
from modulus.relations.codec import encode_system
from modulus.relations.system import Role
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import decode_schedule, encode_schedule
from tests.fuzz.budget import THOROUGH
from tests.soundness.tamper.fields import Field
from tests.soundness.tamper.manifest import UNSCHEDULED
from tests.soundness.tamper.structure import Leaf, leaves, path_class, replaced, variations
from tests.soundness.tamper.subjects import SUBJECTS, Subject, readdressed, verdicts
from tests.support.rich_system import rich_arrays
from tests.support.slow_setup import TAU, dense_rows, dense_tables, table_opening

R = RejectionReason
pytestmark = pytest.mark.fuzz
ENCODERS: Mapping[str, Callable[[Any], bytes]] = {
    "system": encode_system,
    "schedule": encode_schedule,
}
LIMIT = None if THOROUGH else 2
"""Variations of one leaf."""
ANOTHER_MODEL = {
    R.MALFORMED_KEY,
    # The length comes first: another schedule's proofs have another one.
    R.MALFORMED_PROOF,
    R.WRONG_VERIFYING_KEY,
    R.PUBLIC_VALUE_OUT_OF_RANGE,
}


def blob(subject: Subject, name: str) -> Field:
    return next(field for field in subject.key_fields if field.name == name)


def classes(subject: Subject, part: str) -> dict[str, list[Leaf]]:
    """Leaves by the class of their path."""
    found: dict[str, list[Leaf]] = {}
    for leaf in leaves(getattr(subject.decoded_key, part)):
        found.setdefault(path_class(part, leaf.path), []).append(leaf)
    return found


def is_empty(leaf: Leaf) -> bool:
    return leaf.value in ((), [], "")


def tampered(subject: Subject, part: str, leaf: Leaf) -> Iterator[bytes]:
    """The encoded part under every variation of one leaf that can be encoded."""
    whole = getattr(subject.decoded_key, part)
    honest = ENCODERS[part](whole)
    for other in variations(leaf.value):
        try:
            encoded = ENCODERS[part](replaced(whole, leaf.path, other))
        except (ModulusError, ValueError, AttributeError, IndexError):
            continue
        if encoded != honest:
            yield encoded


def is_consistent(subject: Subject, schedule: bytes) -> bool:
    """Whether a changed schedule is what the subject's relations compile to."""
    decoded = decode_schedule(schedule)
    compiled = build_schedule(subject.decoded_key.system, decoded.row_bits)
    return encode_schedule(compiled) == schedule


def without_circuit(subject: Subject, reason: R) -> tuple[R, R]:
    """The verdicts on a key whose parts fit each other but not its circuit or its tables."""
    key = subject.decoded_key
    if key.schedule.rows_of(Role.TABLE):
        return R.MALFORMED_KEY, R.MALFORMED_KEY
    return reason, R.MALFORMED_KEY if key.seal is not None else reason


def with_parts(subject: Subject, system: bytes, schedule: bytes) -> bytes:
    start, end = blob(subject, "system").start - 4, blob(subject, "schedule").end
    blobs = b"".join(struct.pack("<I", len(part)) + part for part in (system, schedule))
    key = subject.key[:start] + blobs + subject.key[end:]
    return reopened(subject, system, schedule) or key


def reopened(subject: Subject, system: bytes, schedule: bytes) -> bytes | None:
    """A good key of these parts: whoever changes one opens the tables again for the new digest."""
    held = subject.decoded_key
    if held.table_opening is None:
        return None
    try:
        made = VerifyingKey.build(system, schedule, held.tau, held.points)
    except ModulusError:
        return None
    rows = dense_rows(made.schedule, dense_tables(made.schedule, rich_arrays()), [Role.TABLE])
    opening = table_opening(rows, made.digest, TAU)
    return replace(made, table_opening=opening).encode()


def with_part(subject: Subject, part: str, content: bytes) -> bytes:
    key = subject.decoded_key
    parts = {"system": key.system_bytes, "schedule": key.schedule_bytes} | {part: content}
    return with_parts(subject, parts["system"], parts["schedule"])


@pytest.mark.parametrize("subject_name", SUBJECTS)
@pytest.mark.parametrize("part", ENCODERS)
def test_every_field_of_a_part_is_rejected_with_its_reason(subject_name: str, part: str) -> None:
    subject = SUBJECTS[subject_name]()
    for name, found in classes(subject, part).items():
        reasons = {R.MALFORMED_KEY} | ({R.WRONG_VERIFYING_KEY} if name in UNSCHEDULED else set())
        changed = 0
        for leaf in found if THOROUGH else sorted(found, key=is_empty)[:1]:
            for content in islice(tampered(subject, part, leaf), LIMIT):
                key = with_part(subject, part, content)
                by_reference, by_native = verdicts(key, subject.proof, subject.context)
                if name == "schedule.row_bits" and is_consistent(subject, content):
                    # Rows of another length may hold the same tensors. That is no malformed key:
                    # only its circuit and its tables show that it is not the subject's.
                    expected = without_circuit(subject, R.MALFORMED_PROOF)
                    assert (by_reference, by_native) == expected, leaf.path
                    changed += 1
                    continue
                assert by_reference == by_native, (name, leaf.path)
                assert by_reference in reasons, (name, leaf.path)
                changed += 1
        assert changed or not any(leaf.value for leaf in found), name


def test_the_digest_alone_binds_what_is_not_scheduled() -> None:
    bound = set()
    for make in SUBJECTS.values():
        subject = make()
        for name, found in classes(subject, "system").items():
            for content in tampered(subject, "system", found[0]) if name in UNSCHEDULED else ():
                key = with_part(subject, "system", content)
                if verdicts(key, subject.proof, subject.context)[0] is R.WRONG_VERIFYING_KEY:
                    bound.add(name)
                    named = readdressed(subject, key)
                    found_now = verdicts(key, named, subject.context)
                    assert found_now == (R.ZERO_CHECK_FAILED, R.ZERO_CHECK_FAILED)
    assert bound == UNSCHEDULED


@pytest.mark.parametrize("subject_name", SUBJECTS)
def test_another_model_with_its_own_schedule_is_another_key(subject_name: str) -> None:
    """Relations and schedule changed together: a key of its own, which the proof is not for."""
    subject = SUBJECTS[subject_name]()
    whole = subject.decoded_key.system
    compiled = 0
    for found in classes(subject, "system").values():
        for other in islice(variations(found[0].value), None if THOROUGH else 1):
            try:
                system = replaced(whole, found[0].path, other)
                schedule = build_schedule(system, subject.decoded_key.schedule.row_bits)
                key = with_parts(subject, encode_system(system), encode_schedule(schedule))
            except (ModulusError, ValueError, AttributeError, IndexError):
                continue
            if key == subject.key:
                continue
            compiled += 1
            for proof, reasons in (
                (subject.proof, ANOTHER_MODEL),
                (readdressed(subject, key), ANOTHER_MODEL | {R.ZERO_CHECK_FAILED}),
            ):
                by_reference, by_native = verdicts(key, proof, subject.context)
                assert by_reference in reasons, found[0].path
                # The reference does not see that the seal is that of another circuit.
                agreed = {by_reference} | ({R.MALFORMED_KEY} if subject.decoded_key.seal else set())
                assert by_native in agreed, found[0].path
    assert compiled
