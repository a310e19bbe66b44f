"""The verifier against the plain prover on relations of every kind."""

from functools import cache

import pytest

from modulus.errors import ProofRejected, RejectionReason
from modulus.reference import verify
from modulus.reference.key import VerifyingKey
from modulus.reference.replay import new_transcript
from modulus.reference.verify import verify_decoded
from tests.support.rich_system import INDEX, E, G, M, T, V, X, Y, rich_arrays, rich_system
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import make_key

R = RejectionReason


@cache
def key(row_bits: int = 10, seed: int = 1) -> VerifyingKey:
    return make_key(rich_system(), rich_arrays(seed), row_bits)


@pytest.mark.parametrize("row_bits", [5, 6, 10])
@pytest.mark.parametrize("seed", [1, 2])
def test_an_honest_proof_gives_the_public_values(row_bits: int, seed: int) -> None:
    arrays = rich_arrays(seed)
    made = key(row_bits, seed)
    proof = SlowProver(made, arrays).prove().encode(made.schedule)
    assert verify(made.encode(), proof) == [
        ("x", False, arrays[X], 0.125, (15,), ()),
        ("i", False, arrays[INDEX], 1.0, (2, 2), ()),
        ("y", True, arrays[Y], 1e-3, (1, 2), ()),
        ("t", True, arrays[T], 1.0, (3, 5), ()),
    ]


@pytest.mark.parametrize(
    ("tensor", "reason"),
    [
        (Y, R.ZERO_CHECK_FAILED),
        (T, R.ZERO_CHECK_FAILED),
        (M, R.STEP_FAILED),
        (V, R.STEP_FAILED),
        (G, R.STEP_FAILED),
        # What is looked up is not in the table: its multiplicity is missing.
        (INDEX, R.REDUCTION_FAILED),
        # Another weight than the committed one, in a row that is not gathered.
        (E, R.PAIRING_FAILED),
    ],
)
def test_a_false_value_is_rejected_with_its_reason(tensor: int, reason: RejectionReason) -> None:
    arrays = rich_arrays()
    position = 7 if tensor == G else 0
    arrays[tensor] = list(arrays[tensor])
    arrays[tensor][position] += 1 if arrays[tensor][position] < 5 else -1
    made = key()
    proof = SlowProver(made, arrays).prove()
    with pytest.raises(ProofRejected) as caught:
        verify_decoded(made, proof, bytes(32), new_transcript(made.schedule))
    assert caught.value.reason is reason
