"""Verification of a sealed proof, start to end.

Source:
    docs/spec/seal.md; Modulus protocol section 4.
"""

from collections.abc import Callable
from dataclasses import dataclass

from modulus.errors import ArtifactError, ProofRejected, RejectionReason
from modulus.reference.curve import (
    GENERATOR,
    POINT_LENGTH,
    Affine,
    Point,
    add,
    encode_point,
    multi_scalar_sum,
    multiply,
    negate,
)
from modulus.reference.field import SCALAR_MODULUS, encode
from modulus.reference.keccak import WORD_BYTES, digest, truncated
from modulus.reference.pairing import pairing_product_is_one
from modulus.reference.sealed_key import SealedKey
from modulus.reference.sealed_proof import SealedBody, decode_public, read_file
from modulus.reference.twist import TWIST_GENERATOR, encode_twist_point

CONTEXT_LENGTH = 32

Digest = Callable[..., bytes]
"""`keccak.digest`, or in tests of attacks a variant that forgets something."""


@dataclass(frozen=True, slots=True)
class SealedChallenges:
    """What a verifier derives by hashing; kappa of the sealed form only."""

    h1: int
    h2: int
    h3: int
    e: int
    r: int
    public_input: int
    """u_pub, the values that the circuit must have used, folded with r."""
    bb: int
    zz: int
    kappa: int


def verify_sealed(key: SealedKey, proof: bytes, context: bytes = bytes(CONTEXT_LENGTH)) -> bytes:
    """Verify the file of a sealed proof and return the public bytes that it proves.

    Raises:
        ProofRejected: The proof does not prove the statement.
        ArtifactError: The context is not 32 bytes.
    """
    public, committed, body = read_file(key, proof)
    verify_parts(key, context, public, committed, body)
    return public


def verify_parts(
    key: SealedKey,
    context: bytes,
    public: bytes,
    committed: bytes,
    body: bytes,
    *,
    digest: Digest = digest,
) -> None:
    """Verify a proof as the contract receives it.

    Args:
        key: The model's key; the caller decides whether to trust it.
        context: The 32 bytes that this proof has to be bound to.
        public: Packed public values.
        committed: Commitments to the input rows, 64 bytes each.
        body: The proof from its trace rows on.
        digest: The tagged hash; only tests of attacks pass another one.

    Raises:
        ProofRejected: The proof does not prove the statement.
        ArtifactError: The context is not 32 bytes.
    """
    if len(context) != CONTEXT_LENGTH:
        raise ArtifactError(f"a context has {CONTEXT_LENGTH} bytes, got {len(context)}")
    for name, part, expected in (
        ("public values", public, key.public_length),
        ("committed inputs", committed, POINT_LENGTH * key.committed_rows),
        ("proof", body, key.body_length),
    ):
        if len(part) != expected:
            raise ProofRejected(
                RejectionReason.MALFORMED_PROOF,
                where=name,
                detail=f"{len(part)} bytes instead of {expected}",
            )
    values = decode_public(key, public)
    proof = SealedBody.decode(key, committed, body)
    challenges = derive_challenges(key, context, public, values, proof, digest=digest)
    check_pairing(key, proof, challenges)


def derive_challenges(
    key: SealedKey,
    context: bytes,
    public: bytes,
    values: list[int],
    proof: SealedBody,
    *,
    digest: Digest = digest,
) -> SealedChallenges:
    """Recompute the digests of statement and proof, each over everything said before it."""

    def points(items: tuple[Affine, ...]) -> bytes:
        return b"".join(map(encode_point, items))

    def derive(tag: str, *parts: bytes) -> int:
        return truncated(digest(tag, *parts))

    padded = public + bytes(-len(public) % WORD_BYTES)
    vkd, rows = encode(key.digest), points(proof.trace_points)
    h1 = derive("modulus.h1.sealed", vkd, context, padded, points(proof.committed), rows)
    h2 = derive("modulus.h2", encode(h1), points(proof.helper_points))
    h3 = derive("modulus.h3", encode(h2), encode_point(proof.s_point))
    e = 0
    for value in reversed(values):
        e = (e * h1 + value) % SCALAR_MODULUS

    pinned = (h1, h2, h3, proof.rho, proof.zeta, *proof.openings, e)
    r = derive("modulus.r", encode(proof.pin), *map(encode, pinned))
    folded = 0
    for value in reversed(pinned):
        folded = (folded * r + value) % SCALAR_MODULUS

    bb = derive("modulus.b", encode(r))
    zz = derive("modulus.z", encode(bb), encode_point(proof.w_point))
    kappa = derive(
        "modulus.k",
        encode(zz),
        encode_point(proof.a),
        encode_twist_point(proof.b),
        encode_point(proof.c),
        encode_point(proof.w_prime_point),
    )
    return SealedChallenges(h1, h2, h3, e, r, folded, bb, zz, kappa)


def check_pairing(key: SealedKey, proof: SealedBody, challenges: SealedChallenges) -> None:
    """Check the Groth16 proof and the opening with one product of five pairs.

    Raises:
        ProofRejected: degenerate_challenge or pairing_failed.
    """
    kappa, zz, zeta = challenges.kappa, challenges.zz, proof.zeta
    reciprocal = proof.t0 * (zeta * zeta - 1) % SCALAR_MODULUS
    vanishing = (zz - zeta) * (zz - reciprocal) % SCALAR_MODULUS
    if reciprocal * zeta % SCALAR_MODULUS != 1 or vanishing == 0 or kappa == 0:
        raise ProofRejected(
            RejectionReason.DEGENERATE_CHALLENGE,
            where="opening",
            detail="a challenge hit a value at which the opening says nothing",
        )
    groth16 = key.groth16
    inputs = (1, proof.pin, challenges.r, challenges.public_input)
    public_sum = multi_scalar_sum(inputs, groth16.ic)
    opening = multiply(opening_sum(key, proof, challenges), kappa)
    pairs = [
        (proof.a, proof.b),
        (negate(groth16.alpha), groth16.beta),
        (add(opening, negate(public_sum)), TWIST_GENERATOR),
        (negate(proof.c), groth16.delta),
        (multiply(proof.w_prime_point, -kappa), key.tau),
    ]
    if not pairing_product_is_one(pairs):
        raise ProofRejected(
            RejectionReason.PAIRING_FAILED,
            where="pairing",
            detail="the proof does not prove the statement",
        )


def opening_sum(key: SealedKey, proof: SealedBody, challenges: SealedChallenges) -> Point:
    """K / kappa: the commitment that opens to zero at zz if the opened values are right."""
    a1, a2, s1, s2 = proof.openings
    bb, zz, zeta = challenges.bb, challenges.zz, proof.zeta
    reciprocal = proof.t0 * (zeta * zeta - 1)
    first, second = a1 + bb * s1, a2 + bb * s2
    # 1 / (zeta - 1/zeta) = t0 zeta^2
    line = first + (first - second) * proof.t0 * zeta * zeta * (zz - zeta)
    vanishing = (zz - zeta) * (zz - reciprocal)

    rows = (*key.fixed_points, *proof.committed, *proof.trace_points, *proof.helper_points)
    powers = [pow(proof.rho, row, SCALAR_MODULUS) for row in range(len(rows))]
    return multi_scalar_sum(
        [*powers, bb, -line, -vanishing, zz],
        [*rows, proof.s_point, GENERATOR, proof.w_point, proof.w_prime_point],
    )
