"""Replay of the transcript: from the statement to the opening's challenges.

Steps 1 to 7 of the protocol happen in `replay`; what is left is the opening of one combined row at
one point.

Source:
    docs/spec/schedule.md sections 3 and 4; Modulus protocol sections 1 and 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from modulus.errors import ProofRejected, RejectionReason
from modulus.reference.claims import (
    LookupChallenges,
    State,
    step_target,
    step_value,
    zero_check_value,
)
from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.keccak import digest, keccak256, truncated
from modulus.reference.proof import Rounds, StageMessages, TransparentProof
from modulus.reference.sponge import Sponge
from modulus.reference.weights import batched_target, linear_claims, row_weights
from modulus.schedule.model import Schedule
from modulus.schedule.pattern import transcript_pattern

SALT = 0
"""Uniform and private in sealed proofs; nothing hides in a transparent one."""


class Transcript(Protocol):
    """What the replay needs of the sponge; tests put frozen challenges in its place."""

    def absorb(self, value: int) -> None:
        """Bind one scalar."""

    def squeeze(self) -> int:
        """Draw one challenge."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Digests of everything the transcript depends on beside the prover's scalars."""

    h1: int
    h2: int
    h3: int
    public_sum: int
    """e, the power sum of the public values with base h1."""


@dataclass(frozen=True, slots=True)
class OpeningClaim:
    """The polynomial sum rho^b f_b has the value v at u; zeta is where that is tested."""

    u: Sequence[int]
    rho: int
    value: int
    zeta: int
    pin: int
    """P, the transcript's last word."""


def new_transcript(schedule: Schedule) -> Sponge:
    """Sponge whose capacity starts as the hash of the schedule's pattern."""
    return Sponge(truncated(digest("modulus.iv.1", keccak256(transcript_pattern(schedule)))))


def power_sum(values: Sequence[int], base: int) -> int:
    """Sum of values[k] * base^k, by Horner; the exponent 0 belongs to the first."""
    total = 0
    for value in reversed(values):
        total = (total * base + value) % SCALAR_MODULUS
    return total


def round_value(claim: int, message: Sequence[int], challenge: int) -> int:
    """Value at the challenge of the round polynomial g with g(0) + g(1) = claim.

    The message carries c_0, c_2 .. c_d; c_1 follows from the claim, so nothing is left to check.
    """
    constant, *higher = message
    linear = claim - 2 * constant - sum(higher)
    total = 0
    for coefficient in reversed([constant, linear, *higher]):
        total = (total * challenge + coefficient) % SCALAR_MODULUS
    return total


def replay(
    schedule: Schedule, statement: Statement, proof: TransparentProof, transcript: Transcript
) -> OpeningClaim:
    """Check everything up to the opening.

    Raises:
        ProofRejected: zero_check_failed, step_failed, reduction_failed or degenerate_challenge.
    """
    state = State()
    transcript.absorb(statement.h1)
    transcript.absorb(SALT)
    alpha, beta = transcript.squeeze(), transcript.squeeze()
    transcript.absorb(statement.h2)
    lambda_, theta = transcript.squeeze(), transcript.squeeze()

    running = _stage(proof.stages[0], 0, state, transcript)
    lookup = LookupChallenges(alpha, beta, schedule.columns)
    if running != zero_check_value(schedule, state, lookup, lambda_, theta):
        raise ProofRejected(
            RejectionReason.ZERO_CHECK_FAILED,
            where="zero-check",
            detail="the last round does not fit the claims",
        )
    for index, step in enumerate(schedule.steps):
        eta = transcript.squeeze()
        target = step_target(step, state, eta)
        running = _stage(proof.stages[index + 1], target, state, transcript)
        if running != step_value(step, index + 1, state, eta):
            raise ProofRejected(
                RejectionReason.STEP_FAILED,
                where=f"step {index}",
                detail="the last round does not fit the claims",
            )

    transcript.absorb(statement.public_sum)
    sigma = transcript.squeeze()
    claims = linear_claims(schedule, state, theta, statement.h1, statement.public_sum)
    running, u = _rounds(proof.reduction, batched_target(claims, sigma), transcript)
    _absorb_all(transcript, proof.row_values)
    weights = row_weights(schedule, claims, sigma, u)
    combined = sum(value * weight for value, weight in zip(proof.row_values, weights, strict=True))
    if running != combined % SCALAR_MODULUS:
        raise ProofRejected(
            RejectionReason.REDUCTION_FAILED,
            where="claim reduction",
            detail="the last round does not fit the row values",
        )
    rho = transcript.squeeze()
    transcript.absorb(statement.h3)
    zeta = transcript.squeeze()
    if zeta * (zeta * zeta - 1) % SCALAR_MODULUS == 0:
        raise ProofRejected(
            RejectionReason.DEGENERATE_CHALLENGE,
            where="zeta",
            detail="the opening's two points coincide or one is zero",
        )
    _absorb_all(transcript, proof.openings)
    pin = transcript.squeeze()
    return OpeningClaim(u, rho, power_sum(proof.row_values, rho), zeta, pin)


def _stage(messages: StageMessages, target: int, state: State, transcript: Transcript) -> int:
    """One batched sumcheck: its rounds, then its claims; returns the running claim."""
    running, point = _rounds(messages.rounds, target, transcript)
    _absorb_all(transcript, messages.claims)
    state.challenges.append(point)
    state.claims.extend(messages.claims)
    return running


def _rounds(rounds: Rounds, claim: int, transcript: Transcript) -> tuple[int, list[int]]:
    """Bind the highest variable first; returns the running claim and the point, low bit first."""
    point: list[int] = []
    running = claim % SCALAR_MODULUS
    for message in rounds:
        _absorb_all(transcript, message)
        challenge = transcript.squeeze()
        running = round_value(running, message, challenge)
        point.append(challenge)
    return running, point[::-1]


def _absorb_all(transcript: Transcript, values: Sequence[int]) -> None:
    for value in values:
        transcript.absorb(value)
