"""Row values must be absorbed before rho: the proof of a false output that works if they are not.

The claim reduction ends in one equation for the values of all rows, and rho combines them into the
one value that is opened. Whoever knows rho first solves both equations with values of two rows.

Source:
    Modulus protocol section 4: v_b absorbed after rho.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from modulus.errors import RejectionReason
from modulus.reference.field import inverse
from modulus.reference.proof import TransparentProof
from modulus.reference.replay import Transcript, new_transcript, round_value
from modulus.schedule.model import Schedule
from tests.attacks.harness import native_verdict, verdict
from tests.attacks.small import Y
from tests.support.dense import P, Summand
from tests.support.slow_prover import SlowProver
from tests.support.small_system import small_arrays
from tests.unit.reference.small_proof import small_key

R = RejectionReason


class LateRows:
    """The transcript of a verifier that absorbs the row values after squeezing rho."""

    def __init__(self, schedule: Schedule) -> None:
        self._inner = new_transcript(schedule)
        stages = [(schedule.zero_check_variables, schedule.zero_check_degree)]
        stages += [(step.variables, step.degree) for step in schedule.steps]
        rounds = sum(variables * degree for variables, degree in stages)
        # h1, salt, h2 come before the stages, e after them, then the rounds of the reduction.
        self._first = 3 + rounds + len(schedule.claims) + 1 + 2 * schedule.row_bits
        self._end = self._first + len(schedule.row_kinds)
        self._absorbed = 0
        self._held: list[int] = []

    def absorb(self, value: int) -> None:
        if self._first <= self._absorbed < self._end:
            self._held.append(value)
        else:
            self._inner.absorb(value)
        self._absorbed += 1

    def squeeze(self) -> int:
        challenge = self._inner.squeeze()
        for value in self._held:
            self._inner.absorb(value)
        self._held = []
        return challenge


class TwoRows(SlowProver):
    """States another output, and makes up for it in the values of the first two rows."""

    def _rounds(
        self, label: str, summands: Sequence[Summand], variables: int, degree: int, claim: int
    ) -> tuple[list[list[int]], list[int]]:
        rounds, point = super()._rounds(label, summands, variables, degree, claim)
        self.running = claim
        for message, challenge in zip(rounds, reversed(point), strict=True):
            self.running = round_value(self.running, message, challenge)
        return rounds, point

    def _absorb(self, label: str, values: Sequence[int]) -> list[int]:
        said = list(values)
        if label == "rows":
            rho = deepcopy(self.sponge).squeeze()
            first, second, *_ = self.row_weights
            true = sum(w * v for w, v in zip(self.row_weights, values, strict=True))
            # a first + b second = missing and a + b rho = 0
            b = (self.running - true) * inverse(second - rho * first) % P
            said[0] = (said[0] - b * rho) % P
            said[1] = (said[1] + b) % P
        return super()._absorb(label, said)


def forged(transcript: Transcript | None = None) -> TransparentProof:
    """A proof of an output that is one more than it is."""
    stated = small_arrays()[Y]
    public = [list(small_arrays()[item.tensor]) for item in small_key().schedule.public]
    assert public[-1] == list(stated)
    public[-1][0] += 1
    return TwoRows(small_key(), small_arrays(), public=public, transcript=transcript).prove()


def test_a_verifier_that_absorbs_row_values_late_accepts_a_false_output() -> None:
    schedule = small_key().schedule
    proof = forged(LateRows(schedule))
    assert proof.public[-1] != list(small_arrays()[Y])
    assert verdict(small_key(), proof, LateRows(schedule)) is None
    assert verdict(small_key(), proof) is not None
    assert native_verdict(small_key(), proof) is not None


def test_the_late_transcript_accepts_honest_proofs_of_its_own() -> None:
    schedule = small_key().schedule
    proof = SlowProver(small_key(), small_arrays(), transcript=LateRows(schedule)).prove()
    assert verdict(small_key(), proof, LateRows(schedule)) is None


def test_the_real_verifiers_reject_the_false_output() -> None:
    """The reduction is satisfied, but the opened value is not that of the rows."""
    proof = forged()
    assert verdict(small_key(), proof) is R.OPENING_IDENTITY_FAILED
    assert native_verdict(small_key(), proof) == R.OPENING_IDENTITY_FAILED
