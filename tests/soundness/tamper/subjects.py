"""What is tampered with: honest keys and proofs, and what both verifiers say of changed ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from modulus import verifier
from modulus.errors import ArtifactError, ProofRejected, RejectionReason
from modulus.reference.field import encode
from modulus.reference.key import VerifyingKey
from modulus.reference.proof import decode_proof
from modulus.reference.replay import new_transcript
from modulus.reference.verify import verify_decoded
from tests.soundness.tamper.fields import Field, key_fields, proof_fields
from tests.support import compiled
from tests.support.rich_system import rich_arrays, rich_system
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import make_key

RICH_ROW_BITS = 7


@dataclass(frozen=True)
class Subject:
    """An honest proof with all it depends on."""

    key: bytes
    proof: bytes
    context: bytes

    @property
    def decoded_key(self) -> VerifyingKey:
        return reference_key(self.key)

    @property
    def proof_fields(self) -> Sequence[Field]:
        return proof_fields(self.decoded_key.schedule)

    @property
    def key_fields(self) -> Sequence[Field]:
        return key_fields(self.decoded_key)


@cache
def tiny() -> Subject:
    """The smallest ONNX model of the zoo, compiled and proven as users do."""
    key = compiled.compiled().verifying_key.encode()
    return Subject(key, compiled.proof().data, verifier.padded_context(compiled.CONTEXT))


@cache
def rich() -> Subject:
    """Relations of every kind, public values narrower than their bytes, four steps."""
    context = bytes(range(32))
    key = make_key(rich_system(), rich_arrays(), RICH_ROW_BITS)
    proof = SlowProver(key, rich_arrays(), context=context).prove()
    return Subject(key.encode(), proof.encode(key.schedule), context)


SUBJECTS: dict[str, Callable[[], Subject]] = {"tiny": tiny, "rich": rich}

Verdict = RejectionReason | None
"""The reason of a rejection; None if the proof is accepted."""


@lru_cache(maxsize=8)
def reference_key(data: bytes) -> VerifyingKey:
    return VerifyingKey.decode(data)


@lru_cache(maxsize=8)
def native_key(data: bytes) -> verifier.VerifyingKey:
    return verifier.VerifyingKey.decode(data)


def by_reference(key: bytes, proof: bytes, context: bytes) -> Verdict:
    """What the executable specification says; anything but a rejection is an error of the test."""
    try:
        made = reference_key(key)
        decoded = decode_proof(proof, made.schedule, made.digest)
        verify_decoded(made, decoded, context, new_transcript(made.schedule))
    except ProofRejected as rejected:
        return rejected.reason
    return None


def by_native(key: bytes, proof: bytes, context: bytes) -> Verdict:
    """What the native verifier says behind the Python door, which refuses a tampered key."""
    try:
        verifier.verify(native_key(key), proof, context)
    except ArtifactError:
        # Not even the form of a key.
        return RejectionReason.MALFORMED_KEY
    except ProofRejected as rejected:
        return rejected.reason
    return None


def verdicts(key: bytes, proof: bytes, context: bytes) -> tuple[Verdict, Verdict]:
    """Of the reference and of the native verifier."""
    return by_reference(key, proof, context), by_native(key, proof, context)


def readdressed(subject: Subject, key: bytes) -> bytes:
    """The subject's proof, made to name another key; unchanged if that is no key."""
    try:
        digest = reference_key(key).digest
    except ProofRejected:
        return subject.proof
    field = next(field for field in subject.proof_fields if field.name == "key digest")
    return field.written(subject.proof, encode(digest))
