"""Sealed proofs through the public surface: what they share, and what both verifiers refuse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import modulus
from modulus.errors import ProofRejected, RejectionReason
from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.key import VerifyingKey as ReferenceKey
from modulus.reference.verify import verify as verify_by_reference
from modulus.relations.system import Role
from modulus.verifier import VerifyingKey, verify
from tests.support import compiled as support

R = RejectionReason
CONTEXT = support.CONTEXT.ljust(32, b"\0")
HEADER = 16 + 2 + 1 + 32
WORD = 32
SCALARS = 8
SEAL = 64 + 128 + 64


@pytest.fixture(autouse=True)
def _powers_of_tau(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(support.cache_folder()))


def subject() -> tuple[VerifyingKey, bytes]:
    return support.compiled(weights="private").verifying_key, support.sealed_proof().data


def verdicts(key: VerifyingKey, proof: bytes, context: bytes = CONTEXT) -> list[R | None]:
    """Of the native and of the reference verifier."""
    found: list[R | None] = []
    for check in (
        lambda: verify(key, proof, context),
        lambda: verify_by_reference(key.encode(), proof, context),
    ):
        try:
            check()
            found.append(None)
        except ProofRejected as rejected:
            found.append(rejected.reason)
    return found


def body_start(key: VerifyingKey, proof: bytes) -> int:
    assert ReferenceKey.decode(key.encode()).schedule.rows_of(Role.PORT) == 0
    return HEADER + 4 + int.from_bytes(proof[HEADER : HEADER + 4], "little") + 4


def words(key: VerifyingKey, proof: bytes) -> Iterator[tuple[int, bool]]:
    """Start of every word of the body, and whether it is a scalar."""
    start = body_start(key, proof)
    scalars_end = len(proof) - SEAL
    for position in range(start, len(proof), WORD):
        yield position, scalars_end - SCALARS * WORD <= position < scalars_end


def test_an_honest_proof_is_accepted_by_both() -> None:
    assert verdicts(*subject()) == [None, None]


def test_every_word_of_the_body_is_bound() -> None:
    key, proof = subject()
    for position, is_scalar in words(key, proof):
        changed = bytearray(proof)
        changed[position + WORD - 1] ^= 1
        native, reference = verdicts(key, bytes(changed))
        expected = {R.PAIRING_FAILED, R.DEGENERATE_CHALLENGE} if is_scalar else {R.INVALID_POINT}
        assert native == reference, position
        assert native in expected, position


def test_scalars_are_canonical() -> None:
    key, proof = subject()
    for position, is_scalar in words(key, proof):
        if not is_scalar:
            continue
        value = int.from_bytes(proof[position : position + WORD], "big") + SCALAR_MODULUS
        changed = proof[:position] + value.to_bytes(WORD, "big") + proof[position + WORD :]
        assert verdicts(key, changed) == [R.NON_CANONICAL_SCALAR] * 2


def test_points_of_the_body_cannot_be_swapped_or_infinite() -> None:
    key, proof = subject()
    start = body_start(key, proof)
    first, second = proof[start : start + 64], proof[start + 64 : start + 128]
    assert first != second
    swapped = proof[:start] + second + first + proof[start + 128 :]
    assert verdicts(key, swapped) == [R.PAIRING_FAILED] * 2
    infinite = proof[:start] + bytes(64) + proof[start + 64 :]
    assert verdicts(key, infinite) == [R.INVALID_POINT] * 2


def test_headers_and_lengths_are_checked_alike() -> None:
    key, proof = subject()
    end_of_public = body_start(key, proof) - 4
    for position in (0, 16, HEADER, end_of_public):
        changed = bytearray(proof)
        changed[position] ^= 1
        assert verdicts(key, bytes(changed)) == [R.MALFORMED_PROOF] * 2, position
    changed = bytearray(proof)
    changed[20] ^= 1
    assert verdicts(key, bytes(changed)) == [R.WRONG_VERIFYING_KEY] * 2
    for length in (0, 18, 19, 60, len(proof) - 1):
        assert verdicts(key, proof[:length]) == [R.MALFORMED_PROOF] * 2
    assert verdicts(key, proof + b"\0") == [R.MALFORMED_PROOF] * 2


def test_forms_are_not_interchangeable() -> None:
    key, proof = subject()
    transparent = bytearray(proof)
    transparent[18] = 0
    assert verdicts(key, bytes(transparent)) == [R.MALFORMED_PROOF] * 2
    public_key = support.compiled().verifying_key
    sealed = bytearray(support.proof().data)
    sealed[18] = 1
    assert verdicts(public_key, bytes(sealed)) == [R.MALFORMED_PROOF] * 2
    unsealed = VerifyingKey(
        key.declared_development,
        key.file_hash,
        key.system_bytes,
        key.schedule_bytes,
        key.tau_g2,
        key.points,
    )
    assert verdicts(unsealed, proof) == [R.MALFORMED_PROOF] * 2


def test_context_and_key_are_bound() -> None:
    key, proof = subject()
    assert verdicts(key, proof, bytes(32)) == [R.PAIRING_FAILED] * 2
    other = support.compiled().verifying_key
    assert verdicts(other, proof) == [R.WRONG_VERIFYING_KEY] * 2
    named = proof[:19] + other.digest + proof[51:]
    assert verdicts(other, named) == [R.PAIRING_FAILED] * 2


def test_two_proofs_of_one_inference_have_nothing_in_common() -> None:
    key, first = subject()
    model = support.compiled(weights="private")
    second = model.prove(support.samples()[:1], context=support.CONTEXT).data
    start = body_start(key, first)
    assert first[:start] == second[:start]
    split = [
        {proof[position : position + WORD] for position, _ in words(key, proof)}
        for proof in (first, second)
    ]
    assert not split[0] & split[1]
    assert modulus.Proof(second).data != first
