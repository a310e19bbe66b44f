"""What the verification of a sealed proof reads of a verifying key.

Source:
    docs/spec/seal.md sections 2 and 6.
"""

from dataclasses import dataclass
from typing import Self

from modulus.errors import ArtifactError
from modulus.reference.curve import (
    POINT_LENGTH,
    Affine,
    InvalidPointError,
    decode_point,
    encode_point,
)
from modulus.reference.field import ENCODED_LENGTH, NonCanonicalError
from modulus.reference.twist import (
    TWIST_GENERATOR,
    TWIST_POINT_LENGTH,
    TwistAffine,
    decode_twist_point,
    encode_twist_point,
)

PUBLIC_INPUTS = 3
"""P, r and u_pub."""

GROTH16_KEY_LENGTH = (PUBLIC_INPUTS + 2) * POINT_LENGTH + 2 * TWIST_POINT_LENGTH

EVIDENCE_LENGTH = 4 * POINT_LENGTH + 2 * TWIST_POINT_LENGTH
"""Of what shows that the Groth16 key belongs to the circuit."""

BODY_POINTS = 3
"""S, W and W' follow the rows."""

BODY_SCALARS = 8
"""rho, zeta, t0, a1, a2, s1, s2 and P follow the points."""

GROTH16_PROOF_LENGTH = 2 * POINT_LENGTH + TWIST_POINT_LENGTH


@dataclass(frozen=True, slots=True)
class Groth16Key:
    """Verifying key of the circuit; gamma is the generator of G2."""

    alpha: Affine
    beta: TwistAffine
    delta: TwistAffine
    ic: tuple[Affine, Affine, Affine, Affine]
    """IC0 .. IC3, the first for the constant one."""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read the 576 bytes.

        Raises:
            ArtifactError: A length, a point, or delta equal to the generator.
        """
        if len(data) != GROTH16_KEY_LENGTH:
            raise ArtifactError(f"Groth16 key: {len(data)} bytes instead of {GROTH16_KEY_LENGTH}")
        twists = POINT_LENGTH + 2 * TWIST_POINT_LENGTH
        try:
            alpha = decode_point(data[:POINT_LENGTH])
            beta = decode_twist_point(data[POINT_LENGTH : POINT_LENGTH + TWIST_POINT_LENGTH])
            delta = decode_twist_point(data[POINT_LENGTH + TWIST_POINT_LENGTH : twists])
            ic0, ic1, ic2, ic3 = (
                decode_point(data[start : start + POINT_LENGTH])
                for start in range(twists, GROTH16_KEY_LENGTH, POINT_LENGTH)
            )
        except (InvalidPointError, NonCanonicalError) as error:
            raise ArtifactError(f"Groth16 key: {error}") from error
        # Attack: with delta = gamma a private wire can stand in for a public input.
        if delta == TWIST_GENERATOR:
            raise ArtifactError("Groth16 key: delta is the generator")
        return cls(alpha, beta, delta, (ic0, ic1, ic2, ic3))

    def encode(self) -> bytes:
        """Canonical 576 bytes."""
        twists = encode_twist_point(self.beta) + encode_twist_point(self.delta)
        return encode_point(self.alpha) + twists + b"".join(map(encode_point, self.ic))


@dataclass(frozen=True, slots=True)
class PublicRange:
    """A public tensor as the verifier sees it: `count` values of `width` bytes in [low, high]."""

    count: int
    width: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A verifying key with a seal, reduced to what verification reads."""

    digest: int
    """VKD, the model's identity."""
    development: bool
    public: tuple[PublicRange, ...]
    fixed_points: tuple[Affine, ...]
    """Commitments of table and weight rows, in row order."""
    committed_rows: int
    trace_rows: int
    helper_rows: int
    tau: TwistAffine
    """[tau]_2 of the powers of tau."""
    groth16: Groth16Key

    @property
    def public_length(self) -> int:
        """Number of public bytes."""
        return sum(item.count * item.width for item in self.public)

    @property
    def body_length(self) -> int:
        """Number of bytes of every proof's body."""
        return body_length(self.trace_rows + self.helper_rows)


def body_length(proven_rows: int) -> int:
    """Return the bytes of a proof's body with the commitments of so many trace and helper rows."""
    points = proven_rows + BODY_POINTS
    return POINT_LENGTH * points + ENCODED_LENGTH * BODY_SCALARS + GROTH16_PROOF_LENGTH
