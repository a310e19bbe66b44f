"""Every field of the relation system and of the schedule that a verifying key carries."""

import struct
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import pytest

from modulus.errors import ModulusError, RejectionReason
from modulus.relations.codec import encode_system
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import encode_schedule
from tests.fuzz.budget import THOROUGH
from tests.soundness.tamper.fields import Field
from tests.soundness.tamper.manifest import UNSCHEDULED
from tests.soundness.tamper.structure import Leaf, leaves, path_class, replaced, variations
from tests.soundness.tamper.subjects import SUBJECTS, Subject, readdressed, verdicts

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


def with_parts(subject: Subject, system: bytes, schedule: bytes) -> bytes:
    start, end = blob(subject, "system").start - 4, blob(subject, "schedule").end
    blobs = b"".join(struct.pack("<I", len(part)) + part for part in (system, schedule))
    return subject.key[:start] + blobs + subject.key[end:]


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
        if name == "schedule.row_bits":
            # Rows of another length may hold the same tensors: a good key, of other proofs.
            reasons |= {R.MALFORMED_PROOF}
        changed = 0
        for leaf in found if THOROUGH else sorted(found, key=is_empty)[:1]:
            for content in islice(tampered(subject, part, leaf), LIMIT):
                key = with_part(subject, part, content)
                by_reference, by_native = verdicts(key, subject.proof, subject.context)
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
        for other in islice(variations(found[0].value), LIMIT):
            try:
                system = replaced(whole, found[0].path, other)
                schedule = build_schedule(system, subject.decoded_key.schedule.row_bits)
                key = with_parts(subject, encode_system(system), encode_schedule(schedule))
            except (ModulusError, ValueError, AttributeError, IndexError):
                continue
            if key == subject.key:
                continue
            compiled += 1
            by_reference, by_native = verdicts(key, subject.proof, subject.context)
            assert by_reference == by_native, found[0].path
            assert by_reference in ANOTHER_MODEL, found[0].path
            named = readdressed(subject, key)
            by_reference, by_native = verdicts(key, named, subject.context)
            assert by_reference == by_native, found[0].path
            assert by_reference in ANOTHER_MODEL | {R.ZERO_CHECK_FAILED}, found[0].path
    assert compiled
