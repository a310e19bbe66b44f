"""The manifest names everything there is to tamper with, and nothing else."""

from dataclasses import fields as attributes

import pytest

from modulus.errors import RejectionReason
from modulus.reference.key import VerifyingKey
from modulus.reference.proof import TransparentProof
from tests.soundness.tamper.fields import Field, Kind, cover, proof_fields
from tests.soundness.tamper.manifest import (
    KEY,
    KEY_ATTRIBUTES,
    KEY_DERIVED,
    KEY_PARTS,
    PROOF,
    PROOF_ATTRIBUTES,
)
from tests.soundness.tamper.mutations import MUTATIONS, mutated
from tests.soundness.tamper.subjects import SUBJECTS

HEADER = {"magic", "version", "mode", "public length"}
"""Fields of a proof that are constants of the format and vanish when it is decoded."""

ABSENT = {
    "tiny": ("table commitment", "table opening"),
    "rich": ("weight opening", *KEY_ATTRIBUTES["seal"][1:]),
}
"""Fields that the key of a subject does not have."""


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_fields_are_the_whole_file(name: str) -> None:
    subject = SUBJECTS[name]()
    assert cover(subject.proof_fields, len(subject.proof))
    assert cover(subject.key_fields, len(subject.key))


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_field_has_an_entry_of_its_kind(name: str) -> None:
    subject = SUBJECTS[name]()
    assert {(f.name, f.kind) for f in subject.proof_fields} == {
        (name, kind) for name, (kind, _) in PROOF.items()
    }
    entries = {(name, kind) for name, (kind, _) in KEY.items()}
    entries |= {(name, Kind.BLOB) for name in KEY_PARTS}
    absent = set(ABSENT[name])
    assert {(f.name, f.kind) for f in subject.key_fields} == {
        (name, kind) for name, kind in entries if name not in absent
    }


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_new_field_would_be_noticed(name: str) -> None:
    """What the two tests above say of a format with one more field, or with one less."""
    subject = SUBJECTS[name]()
    fields = proof_fields(subject.decoded_key.schedule)
    assert not cover(fields[:-1], len(subject.proof))
    last = fields[-1]
    more = [*fields, Field("blinding", "blinding", Kind.SCALAR, last.end, 32)]
    assert not cover(more, len(subject.proof))
    assert "blinding" not in PROOF


def test_every_attribute_of_a_decoded_proof_has_entries() -> None:
    assert {attribute.name for attribute in attributes(TransparentProof)} == set(PROOF_ATTRIBUTES)
    assert {name for names in PROOF_ATTRIBUTES.values() for name in names} == set(PROOF) - HEADER


def test_every_attribute_of_a_decoded_key_has_entries() -> None:
    held = {attribute.name for attribute in attributes(VerifyingKey)}
    assert held - KEY_DERIVED == set(KEY_ATTRIBUTES)
    named = {name for names in KEY_ATTRIBUTES.values() for name in names}
    assert named == (set(KEY) | KEY_PARTS) - {"magic", "version"}


@pytest.mark.parametrize(("name", "entry"), [*PROOF.items(), *KEY.items()])
def test_every_entry_has_all_mutations_of_its_kind(
    name: str, entry: tuple[Kind, dict[str, RejectionReason]]
) -> None:
    kind, reasons = entry
    assert set(reasons) == {label for label, (kinds, _) in MUTATIONS.items() if kind in kinds}


def test_every_mutation_of_every_entry_changes_something_somewhere() -> None:
    for manifest, which in ((PROOF, "proof"), (KEY, "key")):
        for name, (_, reasons) in manifest.items():
            for label in reasons:
                changed = 0
                for make in SUBJECTS.values():
                    subject = make()
                    fields = subject.proof_fields if which == "proof" else subject.key_fields
                    data = subject.proof if which == "proof" else subject.key
                    for field in fields:
                        if field.name == name:
                            changed += sum(1 for _ in mutated(label, field, fields, data))
                assert changed, (which, name, label)


def test_every_reason_is_expected_somewhere() -> None:
    """But for one that takes a hash with a chosen value, and one that the caller's word decides."""
    expected = {
        reason
        for _, reasons in [*PROOF.values(), *KEY.values()]
        for reason in reasons.values()
        if reason is not None
    }
    assert set(RejectionReason) - expected == {
        RejectionReason.DEGENERATE_CHALLENGE,
        RejectionReason.OTHER_COMMITMENT,
    }
