"""A circuit small enough to write down, a prover for it, and provers that cheat it.

The circuit stands for the seal: it knows nothing of commitments, and it proves only that values
with the fingerprint P and the fold u_pub satisfy

    rho = H(h1, h2)    zeta = H(h3)    a1 E(1/zeta) + a2 E(zeta) = 2 e + zeta s1 + s2 / zeta

that is, that f~(u) = e for the combined row f, if the values are the openings of f and S. `seal`
plays the Groth16 prover: it refuses values that do not satisfy the circuit. Everything else a
cheater does here is polynomial arithmetic on the powers of tau; no trapdoor is used but to commit.

Source:
    Modulus protocol section 4.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from modulus.reference.curve import GENERATOR, Affine
from modulus.reference.field import SCALAR_MODULUS as P
from modulus.reference.field import encode, inverse
from modulus.reference.keccak import digest as keccak_digest
from modulus.reference.keccak import truncated
from modulus.reference.sealed import Digest, SealedChallenges, derive_challenges
from modulus.reference.sealed_key import PublicRange, SealedKey
from modulus.reference.sealed_proof import SealedBody, decode_public
from tests.evm.polynomials import Polynomial, add, divide, evaluate, monomial, scale
from tests.evm.simulator import CONTEXT, Statement, Trapdoors, draw, make_key, point, twist_point

SLOTS = 4
U = (0x1234567, 0x89ABCDE)
"""The point of the claim f~(u) = e."""


TRUTH = 7
"""e in the true statement."""


def mle_weight(x: int) -> int:
    """E(x) for the point U."""
    first = (1 - U[0] + U[0] * x) % P
    return first * (1 - U[1] + U[1] * x * x) % P


def toy_rho(h1: int, h2: int) -> int:
    return truncated(keccak_digest("toy.rho", encode(h1), encode(h2)))


def toy_zeta(h3: int) -> int:
    return truncated(keccak_digest("toy.zeta", encode(h3)))


def toy_pin(values: Sequence[int]) -> int:
    return truncated(keccak_digest("toy.pin", *map(encode, values)))


class CircuitRefusesError(Exception):
    """The values are no witness."""


@dataclass
class Forger:
    """One key and what its prover knows: rows as polynomials, and the public parameters."""

    key: SealedKey
    secrets: Trapdoors
    rows: list[Polynomial]
    rng: random.Random

    @classmethod
    def create(cls, seed: int = 1) -> Forger:
        """A key with one weight row, one trace row and one helper row."""
        rng = random.Random(seed)
        key, secrets = make_key(rng, (PublicRange(1, 1, -128, 127),), fixed=1, trace=1, helpers=1)
        rows = [[draw(rng) for _ in range(SLOTS + 1)] for _ in range(3)]
        # f~(u) = TRUTH whatever rho will be.
        for row, value in zip(rows, (TRUTH, 0, 0), strict=True):
            gap = value - inner_product(row)[0]
            row[0] = (row[0] + gap * inverse((1 - U[0]) * (1 - U[1]))) % P
        forger = cls(key, secrets, rows, rng)
        forger.key = replace(key, fixed_points=(forger.commit(rows[0]),))
        return forger

    def commit(self, polynomial: Polynomial) -> Affine:
        """What the powers of tau give for a polynomial."""
        return point(evaluate(polynomial, self.secrets.tau))

    def seal(self, values: Sequence[int], pin: int, r: int, folded: int) -> dict[str, Any]:
        """Groth16 proof that (P, r, u_pub) belong to a witness, which is `values`.

        Raises:
            CircuitRefusesError: They do not.
        """
        h1, h2, h3, rho, zeta, a1, a2, s1, s2, e = values
        reciprocal = inverse(zeta)
        left = a1 * mle_weight(reciprocal) + a2 * mle_weight(zeta)
        if (
            rho != toy_rho(h1, h2)
            or zeta != toy_zeta(h3)
            or (left - 2 * e - zeta * s1 - reciprocal * s2) % P
            or pin != toy_pin(values)
            or folded != sum(value * pow(r, i, P) for i, value in enumerate(values)) % P
        ):
            raise CircuitRefusesError
        a, b = draw(self.rng), draw(self.rng)
        inputs = (1, pin, r, folded)
        public_sum = sum(x * y for x, y in zip(inputs, self.secrets.ic, strict=True))
        c = a * b - self.secrets.alpha * self.secrets.beta - public_sum
        c *= inverse(self.secrets.delta)
        return {"a": point(a), "b": twist_point(b), "c": point(c)}

    def begin(self, public: bytes, digest: Digest) -> tuple[SealedBody, Polynomial]:
        """Commit to the rows and follow the transcript to rho; the combined row comes along."""
        trace, helper = self.commit(self.rows[1]), self.commit(self.rows[2])
        proof = SealedBody(
            (), (trace,), (helper,), GENERATOR, GENERATOR, GENERATOR,
            1, 2, 1, (0, 0, 0, 0), 0, GENERATOR, twist_point(1), GENERATOR,
        )  # fmt: skip
        seen = self.challenges(proof, public, digest)
        rho = toy_rho(seen.h1, seen.h2)
        combined: Polynomial = []
        for power, row in enumerate(self.rows):
            combined = add(combined, scale(row, pow(rho, power, P)))
        return replace(proof, rho=rho), combined

    def challenges(self, proof: SealedBody, public: bytes, digest: Digest) -> SealedChallenges:
        """What the verifier will derive."""
        values = decode_public(self.key, public)
        return derive_challenges(self.key, CONTEXT, public, values, proof, digest=digest)

    def statement(self, proof: SealedBody, public: bytes) -> Statement:
        """What the verifier gets."""
        return Statement(self.key, CONTEXT, public, b"", proof.encode())

    def values(self, proof: SealedBody, seen: SealedChallenges) -> list[int]:
        """val, as the verifier sees it."""
        return [seen.h1, seen.h2, seen.h3, proof.rho, proof.zeta, *proof.openings, seen.e]

    def open(
        self,
        proof: SealedBody,
        public: bytes,
        digest: Digest,
        joined: tuple[Polynomial, Polynomial],
        *,
        late_w: bool = False,
    ) -> SealedBody:
        """Make W and W' for f and S; a late W is chosen when zz is known.

        Both quotients are exact if the opened values are right, and the second one also if W is
        late and zz does not depend on it; the verifier finds any remainder that is dropped here.
        """
        f, s = joined
        seen = self.challenges(proof, public, digest)
        total = add(f, scale(s, seen.bb))
        line = self.line(proof, seen)
        pair = [1, -(proof.zeta + inverse(proof.zeta)) % P, 1]
        rest = add(total, scale(line, -1))
        if late_w:
            w = [evaluate(rest, seen.zz) * inverse(evaluate(pair, seen.zz)) % P]
        else:
            w, _ = divide(rest, pair)
        proof = replace(proof, w_point=self.commit(w))
        zz = self.challenges(proof, public, digest).zz
        top = add(add(total, [-evaluate(line, zz)]), scale(w, -evaluate(pair, zz)))
        quotient, _ = divide(top, [-zz % P, 1])
        return replace(proof, w_prime_point=self.commit(quotient))

    def line(self, proof: SealedBody, seen: SealedChallenges) -> Polynomial:
        """I, the line through both openings."""
        a1, a2, s1, s2 = proof.openings
        zeta, reciprocal = proof.zeta, inverse(proof.zeta)
        first, second = a1 + seen.bb * s1, a2 + seen.bb * s2
        slope = (first - second) * inverse(zeta - reciprocal)
        return [(first - slope * zeta) % P, slope % P]


def with_zeta(proof: SealedBody, zeta: int) -> SealedBody:
    """The proof's zeta and the inverse that goes with it."""
    return replace(proof, zeta=zeta, t0=inverse(zeta * (zeta * zeta - 1)))


def inner_product(f: Polynomial) -> tuple[int, Polynomial]:
    """f~(u), and S with f(X) E(1/X) + f(1/X) E(X) = 2 f~(u) + X S(X) + S(1/X) / X."""
    weights = [0] * (SLOTS)
    for i in range(SLOTS):
        low, high = i & 1, i >> 1
        weights[i] = (U[0] if low else 1 - U[0]) * (U[1] if high else 1 - U[1]) % P
    value = sum(x * y for x, y in zip(f, weights, strict=False)) % P
    s: Polynomial = []
    for i, coefficient in enumerate(f):
        for j, weight in enumerate(weights):
            if i != j:
                s = add(s, monomial(abs(i - j) - 1, coefficient * weight))
    return value, s
