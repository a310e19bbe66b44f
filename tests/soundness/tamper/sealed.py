"""The tamper manifest of sealed proofs, and what three verifiers say of a changed one."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from modulus import verifier
from modulus.errors import ProofRejected
from modulus.errors import RejectionReason as R
from modulus.evm.calldata import REASONS
from modulus.reference.key import VerifyingKey
from modulus.reference.sealed_key import SealedKey
from modulus.reference.sealed_proof import read_file
from modulus.reference.verify import verify as verify_by_reference
from tests.evm.machine import Machine
from tests.evm.simulator import Statement
from tests.sealed import chain
from tests.soundness.tamper.fields import Field, Kind, sealed_fields
from tests.soundness.tamper.manifest import PUBLIC_OUT_OF_RANGE, Reasons, length, point, raw, scalar
from tests.support import compiled

_BOUND = scalar(R.PAIRING_FAILED)
# t0 is the inverse that zeta determines, so one without the other is no pair.
_PAIRED = scalar(R.DEGENERATE_CHALLENGE)
_POINT = point(R.PAIRING_FAILED)
_PUBLIC: Reasons = {"another value": R.PAIRING_FAILED, **PUBLIC_OUT_OF_RANGE}

SEALED: Mapping[str, tuple[Kind, Reasons]] = {
    "magic": (Kind.RAW, raw(R.MALFORMED_PROOF)),
    "version": (Kind.RAW, raw(R.MALFORMED_PROOF)),
    "mode": (Kind.RAW, raw(R.MALFORMED_PROOF)),
    "key digest": (Kind.RAW, raw(R.WRONG_VERIFYING_KEY)),
    "public length": (Kind.LENGTH, length(R.MALFORMED_PROOF)),
    "public input": (Kind.PUBLIC, _PUBLIC),
    "public output": (Kind.PUBLIC, _PUBLIC),
    "committed length": (Kind.LENGTH, length(R.MALFORMED_PROOF)),
    "committed row": (Kind.POINT, _POINT),
    "trace row": (Kind.POINT, _POINT),
    "helper row": (Kind.POINT, _POINT),
    "S": (Kind.POINT, _POINT),
    "W": (Kind.POINT, _POINT),
    "W'": (Kind.POINT, _POINT),
    "rho": (Kind.SCALAR, _BOUND),
    "zeta": (Kind.SCALAR, _PAIRED),
    "t0": (Kind.SCALAR, _PAIRED),
    "a1": (Kind.SCALAR, _BOUND),
    "a2": (Kind.SCALAR, _BOUND),
    "s1": (Kind.SCALAR, _BOUND),
    "s2": (Kind.SCALAR, _BOUND),
    "P": (Kind.SCALAR, _BOUND),
    "A": (Kind.POINT, _POINT),
    "B": (
        Kind.TWIST_POINT,
        {
            "another point of the twist": R.PAIRING_FAILED,
            "no point": R.INVALID_POINT,
            "the generator": R.PAIRING_FAILED,
        },
    ),
    "C": (Kind.POINT, _POINT),
}

OFF_CHAIN = {"magic", "version", "mode", "key digest", "public length", "committed length"}
"""Fields of the file that no contract sees: the arguments of a call have their own lengths."""

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "committed": ("committed row",),
    "trace_points": ("trace row",),
    "helper_points": ("helper row",),
    "s_point": ("S",),
    "w_point": ("W",),
    "w_prime_point": ("W'",),
    "rho": ("rho",),
    "zeta": ("zeta",),
    "t0": ("t0",),
    "openings": ("a1", "a2", "s1", "s2"),
    "pin": ("P",),
    "a": ("A",),
    "b": ("B",),
    "c": ("C",),
}
"""Which entries tamper with an attribute of a decoded proof."""


@dataclass(frozen=True, eq=False)
class SealedSubject:
    """An honest sealed proof, its public values not packed."""

    key: bytes
    view: SealedKey
    fields: list[Field]
    proof: bytes
    packed: bytes
    context: bytes


@cache
def subject() -> SealedSubject:
    """The smallest ONNX model of the zoo with private weights."""
    model = compiled.compiled(weights="private")
    return _subject(model.verifying_key.encode(), compiled.packed_proof().data)


@cache
def committed_subject() -> SealedSubject:
    """The same with committed input and output: nothing is public."""
    return _subject(chain.first().verifying_key.encode(), chain.first_proof().data)


def _subject(key: bytes, packed: bytes) -> SealedSubject:
    decoded = VerifyingKey.decode(key)
    view = decoded.sealed_view()
    context = verifier.padded_context(compiled.CONTEXT)
    fields = sealed_fields(decoded.schedule)
    return SealedSubject(key, view, fields, _unpacked(view, packed), packed, context)


@cache
def another_proof() -> bytes:
    """Another honest proof of the same statement, its public values not packed."""
    return _unpacked(subject().view, compiled.packed_proof(attempt=1).data)


def _unpacked(view: SealedKey, packed: bytes) -> bytes:
    public, committed, body = read_file(view, packed)
    parts = [packed[:51]]
    for part in (public, committed):
        parts += [len(part).to_bytes(4, "little"), part]
    return b"".join([*parts, body])


@cache
def _native_key(data: bytes) -> verifier.VerifyingKey:
    return verifier.VerifyingKey.decode(data)


def by_native(honest: SealedSubject, proof: bytes, context: bytes) -> R | None:
    """What the native verifier says; None if it accepts."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            verifier.verify(_native_key(honest.key), proof, context)
    except ProofRejected as rejected:
        return rejected.reason
    return None


def by_reference(honest: SealedSubject, proof: bytes, context: bytes) -> R | None:
    """What the executable specification says; None if it accepts."""
    try:
        verify_by_reference(honest.key, proof, context)
    except ProofRejected as rejected:
        return rejected.reason
    return None


@cache
def _deployed(honest: SealedSubject) -> tuple[Machine, str]:
    machine = Machine()
    return machine, machine.deploy(honest.view)


def on_chain(honest: SealedSubject, proof: bytes, context: bytes) -> R | None:
    """What the contract says of the parts of an unpacked file; None if it accepts."""
    fields = {field.name: field for field in reversed(honest.fields)}
    public = slice(fields["public length"].end, fields["committed length"].start)
    start = fields["committed length"].end
    body = start + 64 * honest.view.committed_rows
    s = Statement(honest.view, context, proof[public], proof[start:body], proof[body:])
    machine, address = _deployed(honest)
    error = machine.verify(address, s).error
    return None if error is None else REASONS[error]
