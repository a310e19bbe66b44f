"""Every field of proof and key under every mutation of its kind, context and whole files."""

from collections.abc import Iterator
from itertools import islice

import pytest

from modulus import verifier
from modulus.errors import ArtifactError, RejectionReason
from modulus.reference.verify import verify as reference_verify
from tests.fuzz.budget import THOROUGH
from tests.soundness.tamper.fields import Field
from tests.soundness.tamper.manifest import KEY, PROOF, READDRESSED, WITHOUT_CIRCUIT
from tests.soundness.tamper.mutations import mutated
from tests.soundness.tamper.subjects import SUBJECTS, readdressed, tiny, verdicts

R = RejectionReason
pytestmark = pytest.mark.fuzz
PROOF_CASES = [(name, label) for name, (_, reasons) in PROOF.items() for label in reasons]
COMMON_MUTATIONS = 2
"""Of a field between the first and the last of its name, in the ordinary run."""
KEY_CASES = [(name, label) for name, (_, reasons) in KEY.items() for label in reasons]


def chosen(fields: list[Field], subject: str) -> list[Field]:
    """All fields of the ONNX model; first and last of the other, or all in a thorough run."""
    return fields if subject == "tiny" or THOROUGH else [fields[0], fields[-1]]


@pytest.mark.parametrize("name", SUBJECTS)
def test_what_is_tampered_with_is_accepted_as_it_is(name: str) -> None:
    subject = SUBJECTS[name]()
    assert verdicts(subject.key, subject.proof, subject.context) == (None, None)


@pytest.mark.parametrize("subject_name", SUBJECTS)
@pytest.mark.parametrize(("name", "label"), PROOF_CASES)
def test_a_tampered_proof_is_rejected_with_its_reason(
    subject_name: str, name: str, label: str
) -> None:
    subject = SUBJECTS[subject_name]()
    reason = PROOF[name][1][label]
    fields = [field for field in subject.proof_fields if field.name == name]
    thorough = {fields[0], fields[-1]} if not THOROUGH else set(fields)
    for field in chosen(fields, subject_name):
        count = None if field in thorough else COMMON_MUTATIONS
        for proof in islice(mutated(label, field, fields, subject.proof), count):
            found = verdicts(subject.key, proof, subject.context)
            assert found == (reason, reason), field.where


@pytest.mark.parametrize("subject_name", SUBJECTS)
@pytest.mark.parametrize(("name", "label"), KEY_CASES)
def test_a_tampered_key_is_rejected_with_its_reason(
    subject_name: str, name: str, label: str
) -> None:
    subject = SUBJECTS[subject_name]()
    natively = KEY[name][1][label]
    reason = WITHOUT_CIRCUIT.get((name, label), natively)
    if subject.decoded_key.table_opening is not None and natively is R.WRONG_VERIFYING_KEY:
        # The opening of tables is for one digest: it fails before the proof is looked at.
        natively = reason = R.MALFORMED_KEY
    fields = [field for field in subject.key_fields if field.name == name]
    for field in fields:
        for key in mutated(label, field, fields, subject.key):
            found = verdicts(key, subject.proof, subject.context)
            assert found == (reason, natively), field.where
            found = verdicts(key, readdressed(subject, key), subject.context)
            assert found == (READDRESSED[reason], READDRESSED[natively]), field.where


def contexts(context: bytes) -> Iterator[bytes]:
    """Every bit flipped, shifts by a byte, nothing, everything, the caller's hash of it."""
    for bit in range(8 * len(context)):
        changed = bytearray(context)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)
    yield context[1:] + context[:1]
    yield context[-1:] + context[:-1]
    yield bytes(32)
    yield b"\xff" * 32


@pytest.mark.parametrize("subject_name", SUBJECTS)
def test_another_context_is_rejected(subject_name: str) -> None:
    subject = SUBJECTS[subject_name]()
    for number, context in enumerate(contexts(subject.context)):
        if context != subject.context and (THOROUGH or number % 9 == 0 or number > 255):
            found = verdicts(subject.key, subject.proof, context)
            assert found == (R.ZERO_CHECK_FAILED, R.ZERO_CHECK_FAILED)


@pytest.mark.parametrize("length", [33, 64, 1 << 16])
def test_a_context_is_never_cut_off(length: int) -> None:
    subject = tiny()
    with pytest.raises(ArtifactError):
        reference_verify(subject.key, subject.proof, bytes(length))
    with pytest.raises(ArtifactError):
        verifier.verify(verifier.VerifyingKey.decode(subject.key), subject.proof, bytes(length))


def other_lengths(data: bytes, ends: list[int]) -> Iterator[bytes]:
    """Nothing, cuts inside and after every field, more after the end."""
    for end in ends:
        yield data[: end - 1]
        yield data[:end]
    yield data[1:]
    yield data + b"\0"
    yield data + data[-32:]
    yield data + data


@pytest.mark.parametrize("subject_name", SUBJECTS)
def test_a_file_of_another_length_is_malformed(subject_name: str) -> None:
    subject = SUBJECTS[subject_name]()
    for proof in other_lengths(subject.proof, [field.end for field in subject.proof_fields]):
        if proof != subject.proof:
            found = verdicts(subject.key, proof, subject.context)
            assert found == (R.MALFORMED_PROOF, R.MALFORMED_PROOF)
    for key in other_lengths(subject.key, [field.end for field in subject.key_fields]):
        if key != subject.key:
            found = verdicts(key, subject.proof, subject.context)
            assert found == (R.MALFORMED_KEY, R.MALFORMED_KEY)
