"""Sealed proofs made from trapdoors, without circuit or witness: what verifiers must accept.

Whoever knows tau, alpha, beta and delta can solve the verification equation for W' and C, which is
the zero-knowledge simulator and, on purpose, the reason why such a key is for development only.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from modulus.reference.curve import GENERATOR, Affine, multiply
from modulus.reference.field import SCALAR_MODULUS as P
from modulus.reference.field import inverse
from modulus.reference.keccak import digest as keccak_digest
from modulus.reference.sealed import Digest, SealedChallenges, derive_challenges
from modulus.reference.sealed_key import Groth16Key, PublicRange, SealedKey
from modulus.reference.sealed_proof import SealedBody, decode_public
from modulus.reference.twist import TWIST_GENERATOR, TwistAffine, twist_multiply

CONTEXT = bytes(range(32))


def point(scalar: int) -> Affine:
    """scalar * G1."""
    result = multiply(GENERATOR, scalar)
    assert result is not None
    return result


def twist_point(scalar: int) -> TwistAffine:
    """scalar * G2."""
    result = twist_multiply(TWIST_GENERATOR, scalar)
    assert result is not None
    return result


@dataclass(frozen=True, slots=True)
class Trapdoors:
    """What a setup must forget."""

    tau: int
    alpha: int
    beta: int
    delta: int
    ic: tuple[int, int, int, int]
    fixed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A key and everything that `verify` takes."""

    key: SealedKey
    context: bytes
    public: bytes
    committed: bytes
    body: bytes


def draw(rng: random.Random) -> int:
    """A scalar that is not zero."""
    return rng.randrange(1, P)


def make_key(
    rng: random.Random,
    public: Sequence[PublicRange] = (),
    *,
    fixed: int = 2,
    committed: int = 0,
    trace: int = 2,
    helpers: int = 1,
    development: bool = True,
) -> tuple[SealedKey, Trapdoors]:
    """A key of any layout, and its trapdoors."""
    tau, alpha, beta, delta = (draw(rng) for _ in range(4))
    ic0, ic1, ic2, ic3 = (draw(rng) for _ in range(4))
    secrets = Trapdoors(
        tau, alpha, beta, delta, (ic0, ic1, ic2, ic3), tuple(draw(rng) for _ in range(fixed))
    )
    groth16 = Groth16Key(
        point(alpha),
        twist_point(beta),
        twist_point(delta),
        (point(ic0), point(ic1), point(ic2), point(ic3)),
    )
    key = SealedKey(
        digest=rng.getrandbits(248),
        development=development,
        public=tuple(public),
        fixed_points=tuple(map(point, secrets.fixed)),
        committed_rows=committed,
        trace_rows=trace,
        helper_rows=helpers,
        tau=twist_point(tau),
        groth16=groth16,
    )
    return key, secrets


def draw_public(rng: random.Random, key: SealedKey) -> bytes:
    """Public values in their ranges, the bounds among them."""
    packed = []
    for item in key.public:
        for index in range(item.count):
            choices = (item.low, item.high, rng.randint(item.low, item.high))
            value = choices[index] if index < 2 else choices[2]
            packed.append(value.to_bytes(item.width, "big", signed=True))
    return b"".join(packed)


def simulate(
    rng: random.Random,
    key: SealedKey,
    secrets: Trapdoors,
    *,
    context: bytes = CONTEXT,
    public: bytes | None = None,
    digest: Digest = keccak_digest,
) -> Statement:
    """A proof that verifies, of no statement in particular."""
    public = draw_public(rng, key) if public is None else public
    rows = [draw(rng) for _ in range(key.committed_rows + key.trace_rows + key.helper_rows)]
    points = list(map(point, rows))
    s, w, a, b = (draw(rng) for _ in range(4))
    zeta = draw(rng)
    trace_end = key.committed_rows + key.trace_rows
    proof = SealedBody(
        committed=tuple(points[: key.committed_rows]),
        trace_points=tuple(points[key.committed_rows : trace_end]),
        helper_points=tuple(points[trace_end:]),
        s_point=point(s),
        w_point=point(w),
        w_prime_point=GENERATOR,
        rho=draw(rng),
        zeta=zeta,
        t0=inverse(zeta * (zeta * zeta - 1)),
        openings=(draw(rng), draw(rng), draw(rng), draw(rng)),
        pin=draw(rng),
        a=point(a),
        b=twist_point(b),
        c=GENERATOR,
    )
    values = decode_public(key, public)
    challenges = derive_challenges(key, context, public, values, proof, digest=digest)
    target = opening_target(proof, challenges, [*secrets.fixed, *rows], s, w)
    inputs = (1, proof.pin, challenges.r, challenges.public_input)
    public_sum = sum(x * y for x, y in zip(inputs, secrets.ic, strict=True))
    c = (a * b - secrets.alpha * secrets.beta - public_sum) * inverse(secrets.delta)
    proof = replace(
        proof,
        c=point(c),
        w_prime_point=point(target * inverse(secrets.tau - challenges.zz)),
    )
    return Statement(key, context, public, proof.encode_committed(), proof.encode())


def opening_target(
    proof: SealedBody, challenges: SealedChallenges, rows: Sequence[int], s: int, w: int
) -> int:
    """Discrete logarithm of K / kappa without its last term zz * W'."""
    a1, a2, s1, s2 = proof.openings
    bb, zz, zeta = challenges.bb, challenges.zz, proof.zeta
    reciprocal = inverse(zeta)
    first, second = a1 + bb * s1, a2 + bb * s2
    line = first + (first - second) * inverse(zeta - reciprocal) * (zz - zeta)
    combined = sum(pow(proof.rho, row, P) * value for row, value in enumerate(rows))
    return (combined + bb * s - line - (zz - zeta) * (zz - reciprocal) * w) % P
