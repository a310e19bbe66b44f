"""Every field of a sealed proof under every mutation of its kind: three verifiers, one reason."""

from collections.abc import Callable
from dataclasses import fields as attributes
from itertools import islice

import pytest

from modulus.errors import RejectionReason
from modulus.reference.sealed_proof import SealedBody
from tests.fuzz.budget import THOROUGH
from tests.soundness.tamper.fields import Kind, cover
from tests.soundness.tamper.mutations import MUTATIONS, mutated
from tests.soundness.tamper.sealed import (
    ATTRIBUTES,
    OFF_CHAIN,
    SEALED,
    SealedSubject,
    another_proof,
    by_native,
    by_reference,
    committed_subject,
    on_chain,
    subject,
)

R = RejectionReason
pytestmark = pytest.mark.fuzz
COMMITTED = ("committed length", "committed row")
CASES = [
    (make, name, label)
    for make, names in ((subject, set(SEALED) - {"committed row"}), (committed_subject, COMMITTED))
    for name, (_, reasons) in SEALED.items()
    for label in reasons
    if name in names
]
REFERENCE_MUTATIONS = None if THOROUGH else 1
"""Of a field, by the reference verifier, which takes a second for a pairing."""


def test_the_fields_are_the_whole_file() -> None:
    for honest in (subject(), committed_subject()):
        assert cover(honest.fields, len(honest.proof))
    fields = [*subject().fields, *committed_subject().fields]
    assert {(f.name, f.kind) for f in fields} == {
        (name, kind) for name, (kind, _) in SEALED.items()
    }


def test_every_attribute_of_a_decoded_proof_has_entries() -> None:
    assert {attribute.name for attribute in attributes(SealedBody)} == set(ATTRIBUTES)
    named = {name for names in ATTRIBUTES.values() for name in names}
    assert named == set(SEALED) - OFF_CHAIN - {"public input", "public output"}


@pytest.mark.parametrize("name", SEALED)
def test_every_entry_has_all_mutations_of_its_kind(name: str) -> None:
    kind, reasons = SEALED[name]
    assert set(reasons) == {label for label, (kinds, _) in MUTATIONS.items() if kind in kinds}


def test_what_is_tampered_with_is_accepted_as_it_is() -> None:
    for honest in (subject(), committed_subject()):
        for proof in (honest.proof, honest.packed):
            assert by_native(honest, proof, honest.context) is None
            assert by_reference(honest, proof, honest.context) is None
        assert on_chain(honest, honest.proof, honest.context) is None


@pytest.mark.parametrize(("make", "name", "label"), CASES)
def test_a_tampered_proof_is_rejected_with_its_reason(
    make: Callable[[], SealedSubject], name: str, label: str
) -> None:
    honest = make()
    kind, reasons = SEALED[name]
    reason = reasons[label]
    fields = [field for field in honest.fields if field.name == name]
    if not THOROUGH and kind is Kind.PUBLIC:
        fields = [fields[0], fields[-1]]
    for field in fields:
        for proof in mutated(label, field, fields, honest.proof):
            assert by_native(honest, proof, honest.context) == reason, field.where
            if name not in OFF_CHAIN:
                assert on_chain(honest, proof, honest.context) == reason, field.where
        for proof in islice(mutated(label, field, fields, honest.proof), REFERENCE_MUTATIONS):
            assert by_reference(honest, proof, honest.context) == reason, field.where


def test_every_bit_of_packed_values_counts() -> None:
    """What changes a packed value is rejected as the value is; anything else is malformed."""
    honest = subject()
    start, end = 55, 55 + int.from_bytes(honest.packed[51:55], "little")
    assert end - start < honest.view.public_length
    found = set()
    for bit in range(8 * start, 8 * end, 1 if THOROUGH else 3):
        changed = bytearray(honest.packed)
        changed[bit // 8] ^= 0x80 >> bit % 8
        native = by_native(honest, bytes(changed), honest.context)
        found.add(native)
        if native is not R.PAIRING_FAILED or THOROUGH:
            assert native == by_reference(honest, bytes(changed), honest.context)
    assert found >= {R.MALFORMED_PROOF, R.PAIRING_FAILED}


@pytest.mark.parametrize("bit", range(0, 256, 1 if THOROUGH else 17))
def test_another_context_is_rejected(bit: int) -> None:
    honest = subject()
    changed = bytearray(honest.context)
    changed[bit // 8] ^= 1 << bit % 8
    for verdict in (by_native, on_chain):
        assert verdict(honest, honest.proof, bytes(changed)) is R.PAIRING_FAILED


PARTS = {
    "trace rows": {"trace row"},
    "helper rows": {"helper row"},
    "all rows": {"trace row", "helper row"},
    "S": {"S"},
    "the opening": {"S", "W", "W'", "a1", "a2", "s1", "s2"},
    "the opened values": {"a1", "a2", "s1", "s2"},
    "the challenges": {"rho", "zeta", "t0", "P"},
    "the seal": {"A", "B", "C"},
    "the seal with its pin": {"A", "B", "C", "P"},
    "all but the seal": set(SEALED) - OFF_CHAIN - {"public input", "public output", "A", "B", "C"},
}


@pytest.mark.parametrize("part", PARTS)
def test_parts_of_another_proof_are_rejected(part: str) -> None:
    """Commitments, opening and seal of two honest proofs of one statement do not mix."""
    honest, other = subject(), another_proof()
    mixed = honest.proof
    for field in honest.fields:
        if field.name in PARTS[part]:
            mixed = field.written(mixed, field.read(other))
    assert mixed != honest.proof
    for verdict in (by_native, on_chain):
        assert verdict(honest, other, honest.context) is None
        assert verdict(honest, mixed, honest.context) is R.PAIRING_FAILED
