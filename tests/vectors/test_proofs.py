"""Committed proofs: what was accepted once is accepted, or refused for its version; never other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from modulus import _native, verifier
from modulus.errors import ArtifactError, ProofRejected, RejectionReason
from modulus.reference import verify
from modulus.reference.key import VerifyingKey
from modulus.reference.proof import PROOF_VERSION, encode_public
from tests.vectors.proof_cases import Case, parse

PROOFS = Path(__file__).resolve().parents[2] / "vectors" / "proofs"
VERSIONS = sorted(int(folder.name.removeprefix("v")) for folder in PROOFS.glob("v*"))
MALFORMED = {RejectionReason.MALFORMED_KEY, RejectionReason.MALFORMED_PROOF}


def cases(version: int) -> list[Case]:
    return parse((PROOFS / f"v{version}" / "cases.txt").read_text("ascii"))


def by_reference(key: bytes, proof: bytes, context: bytes) -> bytes:
    values = verify(key, proof, context)
    schedule = VerifyingKey.decode(key).schedule
    return encode_public(schedule, [item.values for item in values])


def by_native(key: bytes, proof: bytes, context: bytes) -> bytes:
    return _native.verify(key, proof, context)


def by_python_door(key: bytes, proof: bytes, context: bytes) -> bytes:
    try:
        made = verifier.VerifyingKey.decode(key)
    except ArtifactError as error:
        raise ProofRejected(
            RejectionReason.MALFORMED_KEY, where="verifying key", detail=error.message
        ) from error
    verifier.verify(made, proof, context)
    return _native.verify(key, proof, context)


VERIFIERS = [by_reference, by_native, by_python_door]


def verdict(check: Callable[[bytes, bytes, bytes], bytes], version: int, case: Case) -> str:
    folder = PROOFS / f"v{version}"
    key, proof = (folder / name for name in (case.key, case.proof))
    contents = [
        path.read_bytes() if edit is None else edit.applied(path.read_bytes())
        for path, edit in ((key, case.key_edit), (proof, case.proof_edit))
    ]
    try:
        return f"accepted:{check(contents[0], contents[1], case.context).hex()}"
    except ProofRejected as rejected:
        return rejected.reason


def test_there_are_proofs_of_this_version() -> None:
    assert PROOF_VERSION in VERSIONS
    found = cases(PROOF_VERSION)
    assert {case.key for case in found} == {"small.key", "rich.key", "tiny.key"}
    reasons = {case.verdict for case in found if not case.verdict.startswith("accepted:")}
    # No input makes a challenge degenerate, and transparent proofs have no commitments.
    assert reasons == set(RejectionReason) - {
        RejectionReason.DEGENERATE_CHALLENGE,
        RejectionReason.OTHER_COMMITMENT,
    }


@pytest.mark.parametrize("check", VERIFIERS)
@pytest.mark.parametrize("version", VERSIONS)
def test_committed_proofs_have_their_verdict(
    version: int, check: Callable[[bytes, bytes, bytes], bytes]
) -> None:
    for case in cases(version):
        found = verdict(check, version, case)
        if version == PROOF_VERSION:
            assert found == case.verdict, case.line()
        else:
            assert found in MALFORMED, case.line()
