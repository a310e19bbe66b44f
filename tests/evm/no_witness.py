"""The forgery that needs no witness at all, for a verifier whose kappa does not cover W'.

Take A = alpha and B = beta, so that the first two pairs cancel. What remains is

    kappa (Q - (tau - zz) W') = L + delta C

with Q = 0 at zz for an honest opening of anything. Choose C from the proving key so that
L + delta C is zero at zz, as a polynomial in tau with parts that carry alpha and beta; then
everything is divisible by tau - zz, and W' corrects the equation. If kappa covers W', it changes
when W' does.

Source:
    Modulus protocol section 4.
"""

from __future__ import annotations

import random
from dataclasses import replace

from modulus.reference.curve import Affine, multiply
from modulus.reference.curve import add as add_points
from modulus.reference.field import SCALAR_MODULUS as P
from modulus.reference.field import inverse
from modulus.reference.sealed import Digest
from modulus.reference.sealed_proof import SealedBody
from tests.evm.forger import Forger, with_zeta
from tests.evm.polynomials import Polynomial, add, divide, evaluate, scale
from tests.evm.simulator import Statement, Trapdoors, draw, point

Joint = tuple[Polynomial, Polynomial, Polynomial]
"""A known combination of [tau^i], [alpha tau^i] and [beta tau^i]."""

DOMAIN = [-1 % P, 0, 0, 0, 1]
"""t(X) of the circuit's evaluation domain."""

PUBLIC = b"\x2a"


def forge_without_witness(forger: Forger, digest: Digest) -> Statement:
    """A proof from the public parameters alone: neither rows nor weights are known."""
    rng = random.Random(3)
    ic = [_random_joint(rng) for _ in range(4)]
    wires = [_random_joint(rng) for _ in range(2)]
    ic0, ic1, ic2, ic3 = (_commit(item, forger.secrets) for item in ic)
    groth16 = replace(forger.key.groth16, ic=(ic0, ic1, ic2, ic3))
    forger = replace(forger, key=replace(forger.key, groth16=groth16))

    proof, f, s = _rows(forger, rng)
    proof = forger.open(proof, PUBLIC, digest, (f, s))
    proof = replace(proof, a=groth16.alpha, b=groth16.beta)
    seen = forger.challenges(proof, PUBLIC, digest)
    inputs = (1, proof.pin, seen.r, seen.public_input)
    public_sum = _combine(inputs, ic)
    correction = _cancel(public_sum, wires, seen.zz)
    proof = replace(proof, c=_commit(correction, forger.secrets, inverse(forger.secrets.delta)))

    seen = forger.challenges(proof, PUBLIC, digest)
    q = _opening(forger, proof, digest, (f, s))
    top = _combine((seen.kappa, -1, -1), [(q, [0], [0]), public_sum, correction])
    parts = [divide(part, [-seen.zz % P, 1])[0] for part in top]
    w_prime = (parts[0], parts[1], parts[2])
    w_prime_point = _commit(w_prime, forger.secrets, inverse(seen.kappa))
    return forger.statement(replace(proof, w_prime_point=w_prime_point), PUBLIC)


def _rows(forger: Forger, rng: random.Random) -> tuple[SealedBody, Polynomial, Polynomial]:
    """A trace row that cancels the unknown weight row, and an honest opening of the rest."""
    proof, _ = forger.begin(PUBLIC, lambda *_: bytes(32))
    x, helper, s = ([draw(rng) for _ in range(4)] for _ in range(3))
    rho, zeta = 3, 5
    cancelled = multiply(forger.key.fixed_points[0], -inverse(rho))
    trace = add_points(forger.commit(x), cancelled)
    assert trace is not None
    f = add(scale(x, rho), scale(helper, rho * rho))
    reciprocal = inverse(zeta)
    proof = replace(
        with_zeta(proof, zeta),
        trace_points=(trace,),
        helper_points=(forger.commit(helper),),
        s_point=forger.commit(s),
        rho=rho,
        openings=(
            evaluate(f, zeta),
            evaluate(f, reciprocal),
            evaluate(s, zeta),
            evaluate(s, reciprocal),
        ),
        pin=draw(rng),
    )
    return proof, f, s


def _opening(
    forger: Forger, proof: SealedBody, digest: Digest, joined: tuple[Polynomial, Polynomial]
) -> Polynomial:
    """Q: F - I(zz) - (zz - zeta)(zz - 1/zeta) W, which is zero at zz."""
    seen = forger.challenges(proof, PUBLIC, digest)
    total = add(joined[0], scale(joined[1], seen.bb))
    line = forger.line(proof, seen)
    pair = [1, -(proof.zeta + inverse(proof.zeta)) % P, 1]
    w, _ = divide(add(total, scale(line, -1)), pair)
    rest = add(total, [-evaluate(line, seen.zz)])
    return add(rest, scale(w, -evaluate(pair, seen.zz)))


def _cancel(target: Joint, wires: list[Joint], zz: int) -> Joint:
    """delta C with target + delta C = 0 at zz: two wires for alpha and beta, t for the rest."""
    (a0, a1), (b0, b1) = ([evaluate(wire[part], zz) for wire in wires] for part in (1, 2))
    alpha, beta = evaluate(target[1], zz), evaluate(target[2], zz)
    scaled = inverse(a0 * b1 - a1 * b0)
    first = (a1 * beta - b1 * alpha) * scaled % P
    second = (b0 * alpha - a0 * beta) * scaled % P
    combined = _combine((first, second), wires)
    rest = evaluate(target[0], zz) + evaluate(combined[0], zz)
    factor = -rest * inverse(evaluate(DOMAIN, zz))
    return add(combined[0], scale(DOMAIN, factor)), combined[1], combined[2]


def _random_joint(rng: random.Random) -> Joint:
    first, second, third = ([draw(rng) for _ in range(4)] for _ in range(3))
    return first, second, third


def _combine(factors: tuple[int, ...], items: list[Joint]) -> Joint:
    parts: list[Polynomial] = [[0], [0], [0]]
    for factor, item in zip(factors, items, strict=True):
        parts = [add(part, scale(new, factor)) for part, new in zip(parts, item, strict=True)]
    return parts[0], parts[1], parts[2]


def _commit(item: Joint, secrets: Trapdoors, factor: int = 1) -> Affine:
    """What the published powers give; `factor` stands for a division in the proving key."""
    one, alpha, beta = (evaluate(part, secrets.tau) for part in item)
    return point((one + secrets.alpha * alpha + secrets.beta * beta) * factor % P)
