"""The opening: three group elements show the value of the combined row at u.

Source:
    Modulus protocol section 3, steps 8 and 9, and section 4, without kappa.
"""

from collections.abc import Sequence

from modulus.errors import ProofRejected, RejectionReason
from modulus.reference.curve import (
    GENERATOR,
    Affine,
    encode_point,
    multi_scalar_sum,
    negate,
)
from modulus.reference.field import SCALAR_MODULUS, encode, inverse
from modulus.reference.keccak import digest, truncated
from modulus.reference.pairing import pairing_product_is_one
from modulus.reference.proof import TransparentProof
from modulus.reference.replay import OpeningClaim, Statement
from modulus.reference.twist import TWIST_GENERATOR, TwistAffine


def laurent_weight(u: Sequence[int], x: int) -> int:
    """E(x) = prod(1 - u_k + u_k x^(2^k)): its coefficients are the eq-vector of u."""
    total = 1
    power = x % SCALAR_MODULUS
    for coordinate in u:
        total = total * (1 - coordinate + coordinate * power) % SCALAR_MODULUS
        power = power * power % SCALAR_MODULUS
    return total


def check_identity(claim: OpeningClaim, openings: Sequence[int]) -> None:
    """Check f(X)E(1/X) + f(1/X)E(X) = 2v + X S(X) + S(1/X)/X at zeta.

    Raises:
        ProofRejected: opening_identity_failed.
    """
    a1, a2, s1, s2 = openings
    reciprocal = inverse(claim.zeta)
    left = a1 * laurent_weight(claim.u, reciprocal) + a2 * laurent_weight(claim.u, claim.zeta)
    right = 2 * claim.value + claim.zeta * s1 + reciprocal * s2
    if (left - right) % SCALAR_MODULUS != 0:
        raise ProofRejected(
            RejectionReason.OPENING_IDENTITY_FAILED,
            where="opening",
            detail="the opened values do not belong to an inner product with the row values",
        )


def opening_challenges(
    statement: Statement, claim: OpeningClaim, openings: Sequence[int], w_point: Affine
) -> tuple[int, int]:
    """The challenges bb, which joins S to the rows, and zz, at which both points become one."""
    words = [claim.pin, statement.h1, statement.h2, statement.h3, claim.rho, claim.zeta]
    words += [*openings, statement.public_sum]
    r = truncated(digest("modulus.r", *map(encode, words)))
    bb = truncated(digest("modulus.b", encode(r)))
    zz = truncated(digest("modulus.z", encode(bb), encode_point(w_point)))
    return bb, zz


def check_opening(
    rows: Sequence[Affine],
    proof: TransparentProof,
    statement: Statement,
    claim: OpeningClaim,
    tau: TwistAffine,
) -> None:
    """Check that the commitments open to a1, a2, s1, s2 with one pairing equation.

    Raises:
        ProofRejected: degenerate_challenge or pairing_failed.
    """
    a1, a2, s1, s2 = proof.openings
    zeta, reciprocal = claim.zeta, inverse(claim.zeta)
    bb, zz = opening_challenges(statement, claim, proof.openings, proof.w_point)
    vanishing = (zz - zeta) * (zz - reciprocal) % SCALAR_MODULUS
    if vanishing == 0:
        raise ProofRejected(
            RejectionReason.DEGENERATE_CHALLENGE,
            where="opening",
            detail="the last challenge is a point of the opening",
        )
    first, second = a1 + bb * s1, a2 + bb * s2
    slope = (first - second) * inverse(zeta - reciprocal)
    line = first + slope * (zz - zeta)

    scalars = [pow(claim.rho, row, SCALAR_MODULUS) for row in range(len(rows))]
    combined = multi_scalar_sum(
        [*scalars, bb, -line, -vanishing, zz],
        [*rows, proof.s_point, GENERATOR, proof.w_point, proof.w_prime_point],
    )
    pairs = [(combined, TWIST_GENERATOR), (negate(proof.w_prime_point), tau)]
    if not pairing_product_is_one(pairs):
        raise ProofRejected(
            RejectionReason.PAIRING_FAILED,
            where="opening",
            detail="the opened values are not those of the commitments",
        )
