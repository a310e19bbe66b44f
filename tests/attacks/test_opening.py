"""Openings of another proof, and openings made after their challenges are known."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache

import pytest

from modulus.errors import RejectionReason
from modulus.reference import opening
from modulus.reference.curve import GENERATOR, Affine, encode_point
from modulus.reference.field import encode, inverse
from modulus.reference.keccak import digest, truncated
from modulus.reference.opening import laurent_weight
from modulus.reference.proof import TransparentProof
from modulus.reference.replay import OpeningClaim, Statement, new_transcript, replay
from modulus.reference.verify import bind_statement
from tests.attacks.harness import CONTEXT, native_verdict, rich_key, verdict
from tests.support import slow_prover
from tests.support.dense import P
from tests.support.rich_system import rich_arrays
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import TAU, FrozenTranscript, commit

R = RejectionReason


@cache
def honest(context: bytes = CONTEXT) -> TransparentProof:
    return SlowProver(rich_key(), rich_arrays(), context=context).prove()


REUSED = {
    "all of it": (["s_point", "w_point", "w_prime_point", "openings"], R.OPENING_IDENTITY_FAILED),
    "S": (["s_point"], R.OPENING_IDENTITY_FAILED),
    "the values": (["openings"], R.OPENING_IDENTITY_FAILED),
    "W and W'": (["w_point", "w_prime_point"], R.PAIRING_FAILED),
    "W": (["w_point"], R.PAIRING_FAILED),
    "W'": (["w_prime_point"], R.PAIRING_FAILED),
}


@pytest.mark.parametrize("name", REUSED)
def test_a_reused_opening_is_rejected(name: str) -> None:
    """The same model and input under another context: rows are equal, challenges are not."""
    attributes, reason = REUSED[name]
    other = honest(b"\x01" * 32)
    proof = replace(honest(), **{attribute: getattr(other, attribute) for attribute in attributes})
    assert honest().trace_points == other.trace_points
    assert verdict(rich_key(), proof) is reason
    assert native_verdict(rich_key(), proof) == reason


class LateQuotient(SlowProver):
    """Lies about row values so that the reduction accepts, and bends S to fit at zeta.

    That takes zeta before S is committed.
    """

    def _absorb(self, label: str, values: Sequence[int]) -> list[int]:
        if label == "rows":
            # What one row is too much, another is too little, as the last check weighs them.
            first, second, *_ = self.row_weights
            said = [(values[0] + second) % P, (values[1] - first) % P, *values[2:]]
            values = said
        return super()._absorb(label, values)

    def quotient(self, combined: Sequence[int], u: Sequence[int]) -> list[int]:
        true = super().quotient(combined, u)
        zeta = self.expected_zeta(true)
        weights = [self.row_weights[1], -self.row_weights[0]]
        excess = sum(pow(self.rho, b, P) * w for b, w in enumerate(weights))
        shift = -2 * excess * inverse(zeta + inverse(zeta)) % P
        return [(true[0] + shift) % P, *true[1:]]

    def expected_zeta(self, true: Sequence[int]) -> int:
        if isinstance(self.sponge, FrozenTranscript):
            return self.sponge.peek()
        # The best guess without frozen challenges: zeta of the true S.
        statement = bind_statement(
            self.key, replace(honest(), s_point=commit(true, TAU)), self.context
        )
        guess = deepcopy(self.sponge)
        guess.absorb(statement.h3)
        return guess.squeeze()


def test_an_opening_point_chosen_after_its_challenge_is_rejected() -> None:
    proof = LateQuotient(rich_key(), rich_arrays()).prove()
    assert verdict(rich_key(), proof) is R.OPENING_IDENTITY_FAILED
    assert native_verdict(rich_key(), proof) == R.OPENING_IDENTITY_FAILED


def test_an_opening_point_chosen_after_its_challenge_passes_with_frozen_challenges_only() -> None:
    proof = LateQuotient(rich_key(), rich_arrays(), transcript=FrozenTranscript()).prove()
    assert proof.row_values != honest().row_values
    assert verdict(rich_key(), proof, FrozenTranscript()) is None
    assert verdict(rich_key(), proof) is not None


def false_values(proof: TransparentProof) -> TransparentProof:
    """Opened values that satisfy the identity at zeta, and are not those of the polynomials."""
    key = rich_key()
    statement = bind_statement(key, proof, CONTEXT)
    claim = replay(key.schedule, statement, proof, new_transcript(key.schedule))
    a1, a2, s1, s2 = proof.openings
    change = laurent_weight(claim.u, claim.zeta), laurent_weight(claim.u, inverse(claim.zeta))
    return replace(proof, openings=[(a1 + change[0]) % P, (a2 - change[1]) % P, s1, s2])


def challenges_without_w(
    statement: Statement, claim: OpeningClaim, openings: Sequence[int], w_point: Affine
) -> tuple[int, int]:
    """What a verifier would draw that forgot to hash W into zz."""
    words = [claim.pin, statement.h1, statement.h2, statement.h3, claim.rho, claim.zeta]
    r = truncated(digest("modulus.r", *map(encode, [*words, *openings, statement.public_sum])))
    bb = truncated(digest("modulus.b", encode(r)))
    return bb, truncated(digest("modulus.z", encode(bb), encode_point(GENERATOR)))


class Captured(SlowProver):
    """Keeps the polynomials of the opening."""

    def quotient(self, combined: Sequence[int], u: Sequence[int]) -> list[int]:
        self.combined = list(combined)
        self.true_quotient = super().quotient(combined, u)
        return self.true_quotient


def with_late_w() -> TransparentProof:
    """W computed from zz: any W' will do, and W makes up the difference."""
    key = rich_key()
    prover = Captured(key, rich_arrays())
    proof = false_values(prover.prove())
    statement = bind_statement(key, proof, CONTEXT)
    claim = replay(key.schedule, statement, proof, new_transcript(key.schedule))
    bb, zz = challenges_without_w(statement, claim, proof.openings, GENERATOR)
    slope, constant = slow_prover._line(claim.zeta, inverse(claim.zeta), proof.openings, bb)
    f = list(prover.combined)
    for index, coefficient in enumerate(prover.true_quotient):
        f[index] += bb * coefficient
    # W' = 1: (zz - zeta)(zz - 1/zeta) W = F - I(zz) + zz - X, as polynomials at tau.
    f[0] += zz - slope * zz - constant
    f[1] -= 1
    scale = inverse((zz - claim.zeta) * (zz - inverse(claim.zeta)))
    w = [coefficient * scale % P for coefficient in f]
    return replace(proof, w_point=commit(w, TAU), w_prime_point=GENERATOR)


def test_an_opening_witness_chosen_after_its_challenge_is_rejected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proof = with_late_w()
    assert verdict(rich_key(), proof) is R.PAIRING_FAILED
    assert native_verdict(rich_key(), proof) == R.PAIRING_FAILED
    # The forgery is real: a verifier that forgets W accepts it.
    monkeypatch.setattr(opening, "opening_challenges", challenges_without_w)
    assert verdict(rich_key(), proof) is None
