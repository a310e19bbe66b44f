"""What each hashed input prevents: the proof of a false statement that works without it.

Every forgery is made twice. Against a verifier whose digest forgets the input it succeeds, in the
reference and in the contract; made the same way against the real ones it fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from modulus.errors import ProofRejected
from modulus.evm.artifact import deployment_code
from modulus.reference.field import SCALAR_MODULUS as P
from modulus.reference.field import inverse
from modulus.reference.keccak import digest as real_digest
from modulus.reference.sealed import Digest, SealedChallenges, verify_parts
from modulus.reference.sealed_proof import SealedBody
from tests.evm.forger import (
    TRUTH,
    CircuitRefusesError,
    Forger,
    inner_product,
    mle_weight,
    toy_pin,
    toy_zeta,
    with_zeta,
)
from tests.evm.machine import Machine
from tests.evm.no_witness import forge_without_witness
from tests.evm.polynomials import Polynomial, evaluate
from tests.evm.simulator import Statement
from tests.evm.variants import FORGETS, forgetful, variant_code

TRUE, FALSE = bytes([TRUTH]), bytes([TRUTH + 1])
"""Public values: the inner product of the rows, and another number."""

Forgery = Callable[[Forger, Digest], Statement]
Adapt = Callable[[SealedBody, SealedChallenges], SealedBody]


@dataclass(frozen=True)
class Draft:
    """Rows, S and their true openings at zeta."""

    proof: SealedBody
    f: Polynomial
    s: Polynomial


def draft(forger: Forger, digest: Digest, public: bytes = FALSE) -> Draft:
    """Go with the protocol until the openings."""
    proof, f = forger.begin(public, digest)
    _, s = inner_product(f)
    proof = replace(proof, s_point=forger.commit(s))
    proof = with_zeta(proof, toy_zeta(forger.challenges(proof, public, digest).h3))
    return Draft(replace(proof, openings=opened(f, s, proof.zeta)), f, s)


def opened(f: Polynomial, s: Polynomial, zeta: int) -> tuple[int, int, int, int]:
    reciprocal = inverse(zeta)
    a1, a2 = evaluate(f, zeta), evaluate(f, reciprocal)
    return a1, a2, evaluate(s, zeta), evaluate(s, reciprocal)


def gap(proof: SealedBody, e: int) -> int:
    """By how much the identity misses at zeta."""
    a1, a2, s1, s2 = proof.openings
    zeta, reciprocal = proof.zeta, inverse(proof.zeta)
    left = a1 * mle_weight(reciprocal) + a2 * mle_weight(zeta)
    return (2 * e + zeta * s1 + reciprocal * s2 - left) % P


def lying_a1(proof: SealedBody, e: int) -> int:
    """The a1 with which the identity holds."""
    step = gap(proof, e) * inverse(mle_weight(inverse(proof.zeta)))
    return (proof.openings[0] + step) % P


def finish(
    forger: Forger,
    digest: Digest,
    drafted: Draft,
    *,
    public: bytes = FALSE,
    witness: list[int] | None = None,
    adapt: Adapt = lambda proof, _: proof,
    late_w: bool = False,
) -> Statement:
    """Seal a witness, by default the verifier's values, and open."""
    proof = drafted.proof
    if witness is None:
        witness = forger.values(proof, forger.challenges(proof, public, digest))
    proof = replace(proof, pin=toy_pin(witness))
    proof = adapt(proof, forger.challenges(proof, public, digest))
    seen = forger.challenges(proof, public, digest)
    groth16 = forger.seal(witness, proof.pin, seen.r, seen.public_input)
    proof = replace(proof, **groth16)
    joined = (drafted.f, drafted.s)
    return forger.statement(forger.open(proof, public, digest, joined, late_w=late_w), public)


def late_w(forger: Forger, digest: Digest) -> Statement:
    """zz without W: open to a lie, then choose W so that it holds at zz."""
    drafted = draft(forger, digest)
    _, a2, s1, s2 = drafted.proof.openings
    lie = lying_a1(drafted.proof, FALSE[0])
    proof = replace(drafted.proof, openings=(lie, a2, s1, s2))
    return finish(forger, digest, replace(drafted, proof=proof), late_w=True)


def late_s(forger: Forger, digest: Digest) -> Statement:
    """h3 without S: the identity at zeta is one equation, and S is free."""
    drafted = draft(forger, digest)
    zeta = drafted.proof.zeta
    without = replace(drafted.proof, openings=opened(drafted.f, [0], zeta))
    # A constant s enters the identity as s (zeta + 1/zeta).
    s = [-gap(without, FALSE[0]) * inverse(zeta + inverse(zeta)) % P]
    openings = opened(drafted.f, s, zeta)
    proof = replace(drafted.proof, openings=openings, s_point=forger.commit(s))
    return finish(forger, digest, Draft(proof, drafted.f, s))


def other_witness(forger: Forger, digest: Digest) -> Statement:
    """r without P: r is known before the witness, and a lie can have the same fold."""
    drafted = draft(forger, digest)
    proof = drafted.proof
    seen = forger.challenges(proof, FALSE, digest)
    witness = forger.values(proof, seen)
    # (a1' - a1) r^5 + (a2' - a2) r^6 = 0 and the identity.
    weights = mle_weight(proof.zeta) - seen.r * mle_weight(inverse(proof.zeta))
    step = gap(proof, FALSE[0]) * inverse(weights)
    witness[5] = (witness[5] - seen.r * step) % P
    witness[6] = (witness[6] + step) % P
    return finish(forger, digest, drafted, witness=witness)


def other_openings(forger: Forger, digest: Digest) -> Statement:
    """r without a1 and s1: seal a lie, then show openings with its fold that hold at zeta."""
    drafted = draft(forger, digest)
    a1, a2, s1, s2 = drafted.proof.openings
    lie = lying_a1(drafted.proof, FALSE[0])
    witness = forger.values(drafted.proof, forger.challenges(drafted.proof, FALSE, digest))
    witness[5] = lie

    def adapt(proof: SealedBody, seen: SealedChallenges) -> SealedBody:
        # (x - lie) r^5 + (y - s1) r^7 = 0 and x + bb y = a1 + bb s1
        square = seen.r * seen.r
        y = (a1 + seen.bb * s1 - lie - square * s1) * inverse(seen.bb - square) % P
        return replace(proof, openings=((lie - square * (y - s1)) % P, a2, y, s2))

    return finish(forger, digest, drafted, witness=witness, adapt=adapt)


FORGERIES: dict[str, Forgery] = {
    "kappa without W'": forge_without_witness,
    "zz without W": late_w,
    "h3 without S": late_s,
    "r without P": other_witness,
    "r without a1 and s1": other_openings,
}


def accepts(s: Statement, digest: Digest) -> bool:
    try:
        verify_parts(s.key, s.context, s.public, s.committed, s.body, digest=digest)
    except ProofRejected as rejected:
        if rejected.reason == "pairing_failed":
            return False
        raise
    return True


def contract_error(s: Statement, code: bytes) -> str | None:
    machine = Machine()
    address, outcome = machine.create(code)
    assert outcome.error is None
    return machine.verify(address, s).error


def test_the_true_statement_can_be_proven():
    forger = Forger.create()
    s = finish(forger, real_digest, draft(forger, real_digest, TRUE), public=TRUE)
    assert accepts(s, real_digest)
    assert contract_error(s, deployment_code(s.key)) is None


def test_the_circuit_refuses_the_false_statement():
    forger = Forger.create()
    with pytest.raises(CircuitRefusesError):
        finish(forger, real_digest, draft(forger, real_digest))


def test_every_forgetful_digest_has_its_forgery():
    assert FORGERIES.keys() == FORGETS.keys()


@pytest.mark.parametrize("name", FORGERIES)
def test_forgery_works_only_where_the_digest_forgets(name):
    tag, words, _ = FORGETS[name]
    forger = Forger.create()
    forged = FORGERIES[name](forger, forgetful(tag, words))
    assert accepts(forged, forgetful(tag, words))
    assert not accepts(forged, real_digest)
    assert contract_error(forged, deployment_code(forged.key)) == "PairingFailed"
    try:
        second = FORGERIES[name](forger, real_digest)
    except CircuitRefusesError:
        return
    assert not accepts(second, real_digest)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORGERIES)
def test_forgery_works_on_a_contract_that_forgets(name):
    tag, words, edit = FORGETS[name]
    forged = FORGERIES[name](Forger.create(), forgetful(tag, words))
    assert contract_error(forged, variant_code(forged.key, (edit,))) is None
