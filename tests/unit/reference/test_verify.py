import math
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.errors import ArtifactError, ProofRejected, RejectionReason
from modulus.reference import verify
from modulus.reference.curve import GENERATOR, encode_point
from modulus.reference.field import SCALAR_MODULUS, inverse
from modulus.reference.key import VerifyingKey
from modulus.reference.opening import laurent_weight
from modulus.reference.proof import TransparentProof, decode_proof, proof_length
from modulus.reference.replay import new_transcript, replay
from modulus.reference.verify import bind_statement, verify_decoded
from modulus.relations.system import Role
from tests.fuzz.budget import examples
from tests.support.slow_prover import SlowProver
from tests.support.small_system import HALF_RANGE, small_arrays
from tests.unit.reference.small_proof import ROW_BITS, small_bytes, small_key, small_proof

R = RejectionReason
HEADER = 16 + 2 + 1
CONTEXT = bytes(32)


def sections() -> dict[str, range]:
    """Bytes of every part of a proof, in order."""
    schedule = small_key().schedule
    stages = {}
    sizes = [(schedule.zero_check_variables, schedule.zero_check_degree)]
    sizes += [(step.variables, step.degree) for step in schedule.steps]
    for stage, (variables, degree) in enumerate(sizes):
        stages[f"rounds {stage}"] = 32 * variables * degree
        stages[f"claims {stage}"] = 32 * len(schedule.claims_of_stage(stage))
    values = [
        item.width * math.prod(schedule.tensors[item.tensor].shape) for item in schedule.public
    ]
    lengths = {
        "header": HEADER,
        "key digest": 32,
        "public length": 4,
        "public": sum(values),
        "trace": 64 * schedule.rows_of(Role.TRACE),
        "helpers": 64 * schedule.rows_of(Role.HELPER),
        "S": 64,
        "W": 64,
        "W'": 64,
        **stages,
        "reduction": 64 * schedule.row_bits,
        "rows": 32 * len(schedule.row_kinds),
        "openings": 128,
    }
    ends = accumulate(lengths.values())
    return {
        name: range(end - length, end)
        for (name, length), end in zip(lengths.items(), ends, strict=True)
    }


def rejection(proof: bytes, context: bytes = CONTEXT) -> RejectionReason:
    with pytest.raises(ProofRejected) as caught:
        verify(small_bytes()[0], proof, context)
    return caught.value.reason


def verify_bytes(key: VerifyingKey, proof: bytes) -> None:
    """Verify without decoding the key again."""
    decoded = decode_proof(proof, key.schedule, key.digest)
    verify_decoded(key, decoded, CONTEXT, new_transcript(key.schedule))


def changed(position: int, replacement: bytes) -> bytes:
    proof = small_bytes()[1]
    return proof[:position] + replacement + proof[position + len(replacement) :]


@pytest.mark.parametrize("row_bits", [5, 7, ROW_BITS])
def test_an_honest_proof_gives_the_public_values(row_bits: int) -> None:
    arrays = small_arrays()
    x, y = verify(*small_bytes(row_bits))
    assert x == ("x", False, arrays[0], 1.0, (2, 6), ())
    assert y == ("y", True, arrays[11], 0.5, (3,), ())


def test_the_encoding_round_trips_and_has_the_length_of_the_schedule() -> None:
    key, proof = small_key(), small_bytes()[1]
    assert len(proof) == proof_length(key.schedule) == sections()["openings"].stop
    decoded = decode_proof(proof, key.schedule, key.digest)
    assert decoded.encode(key.schedule) == proof


def test_a_context_is_bound() -> None:
    arrays = small_arrays()
    context = bytes(31) + b"\x01"
    key = small_key()
    proof = SlowProver(key, arrays, context=context).prove().encode(key.schedule)
    assert verify(key.encode(), proof, context)[1].values == arrays[11]
    assert rejection(proof) is R.ZERO_CHECK_FAILED
    assert rejection(small_bytes()[1], context) is R.ZERO_CHECK_FAILED


def test_a_context_has_32_bytes() -> None:
    with pytest.raises(ArtifactError, match="32 bytes"):
        verify(*small_bytes(), bytes(31))


@pytest.mark.parametrize(
    ("position", "replacement"),
    [(0, b"X"), (15, b"\x01"), (16, b"\x02"), (17, b"\x01"), (18, b"\x01"), (18, b"\xff")],
)
def test_a_foreign_header_is_malformed(position: int, replacement: bytes) -> None:
    assert rejection(changed(position, replacement)) is R.MALFORMED_PROOF


def test_every_truncation_and_trailing_bytes_are_malformed() -> None:
    proof = small_bytes()[1]
    schedule, digest = small_key().schedule, small_key().digest
    for length in [*range(60), *range(60, len(proof), 97), len(proof) - 1]:
        with pytest.raises(ProofRejected) as caught:
            decode_proof(proof[:length], schedule, digest)
        assert caught.value.reason is R.MALFORMED_PROOF
    assert rejection(proof + b"\0") is R.MALFORMED_PROOF
    assert rejection(proof + proof) is R.MALFORMED_PROOF


def test_a_stated_public_length_is_never_believed() -> None:
    start = sections()["public length"].start
    for stated in (0, 35, 37, 0xFFFFFFFF):
        proof = changed(start, stated.to_bytes(4, "little"))
        assert rejection(proof) is R.MALFORMED_PROOF


def test_another_key_digest_is_the_wrong_key() -> None:
    start = sections()["key digest"].start
    assert rejection(changed(start + 31, b"\x55")) is R.WRONG_VERIFYING_KEY
    assert rejection(changed(start, b"\xff" * 32)) is R.WRONG_VERIFYING_KEY


def test_public_values_stay_in_their_range() -> None:
    start = sections()["public"].start
    for value in (-HALF_RANGE - 1, HALF_RANGE):
        outside = value.to_bytes(2, "big", signed=True)
        assert rejection(changed(start, outside)) is R.PUBLIC_VALUE_OUT_OF_RANGE


def test_other_public_values_are_rejected() -> None:
    public = sections()["public"]
    for start, width in ((public.start, 2), (public.stop - 4, 4)):
        changed_value = (7).to_bytes(width, "big")
        assert rejection(changed(start, changed_value)) is R.ZERO_CHECK_FAILED


POINTS = {
    "trace": R.ZERO_CHECK_FAILED,
    "helpers": R.ZERO_CHECK_FAILED,
    "S": R.OPENING_IDENTITY_FAILED,
    "W": R.PAIRING_FAILED,
    "W'": R.PAIRING_FAILED,
}


@pytest.mark.parametrize(("name", "reason"), POINTS.items())
def test_another_point_is_rejected(name: str, reason: RejectionReason) -> None:
    start = sections()[name].start
    assert rejection(changed(start, encode_point(GENERATOR))) is reason


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize(
    "encoded",
    [
        bytes(64),
        (1).to_bytes(32, "big") + (3).to_bytes(32, "big"),
        b"\xff" * 64,
        # The generator with a coordinate that is not reduced.
        bytes.fromhex("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd48")
        + (2).to_bytes(32, "big"),
    ],
    ids=["infinity", "off the curve", "too large", "not reduced"],
)
def test_an_invalid_point_is_rejected(name: str, encoded: bytes) -> None:
    start = sections()[name].start
    assert rejection(changed(start, encoded)) is R.INVALID_POINT


SCALARS = {
    "rounds 0": R.ZERO_CHECK_FAILED,
    "claims 0": R.ZERO_CHECK_FAILED,
    "rounds 1": R.STEP_FAILED,
    "claims 1": R.STEP_FAILED,
    "rounds 2": R.STEP_FAILED,
    "claims 2": R.STEP_FAILED,
    "reduction": R.REDUCTION_FAILED,
    "rows": R.REDUCTION_FAILED,
    "openings": R.OPENING_IDENTITY_FAILED,
}


def test_the_sections_of_scalars_are_all_tested() -> None:
    names = list(sections())
    assert names[names.index("W'") + 1 :] == list(SCALARS)


@pytest.mark.parametrize(("name", "reason"), SCALARS.items())
def test_every_scalar_counts(name: str, reason: RejectionReason) -> None:
    key, proof = small_key(), small_bytes()[1]
    section = sections()[name]
    assert len(section) > 0
    for start in section[::32]:
        value = int.from_bytes(proof[start : start + 32], "big")
        other = ((value + 1) % SCALAR_MODULUS).to_bytes(32, "big")
        with pytest.raises(ProofRejected) as caught:
            verify_bytes(key, changed(start, other))
        assert caught.value.reason is reason


@pytest.mark.parametrize("name", SCALARS)
def test_every_scalar_is_canonical(name: str) -> None:
    proof = small_bytes()[1]
    start = sections()[name].start
    value = int.from_bytes(proof[start : start + 32], "big")
    for other in (value + SCALAR_MODULUS, SCALAR_MODULUS, (1 << 256) - 1):
        assert rejection(changed(start, other.to_bytes(32, "big"))) is R.NON_CANONICAL_SCALAR


def opened_with_a_lie(proof: TransparentProof, position: int) -> TransparentProof:
    """Change one opened value and another so that the identity at zeta still holds."""
    key = small_key()
    statement = bind_statement(key, proof, CONTEXT)
    claim = replay(key.schedule, statement, proof, new_transcript(key.schedule))
    reciprocal = inverse(claim.zeta)
    factors = [
        laurent_weight(claim.u, reciprocal),
        laurent_weight(claim.u, claim.zeta),
        -claim.zeta,
        -reciprocal,
    ]
    other = (position + 1) % 4
    openings = list(proof.openings)
    openings[position] += factors[other]
    openings[other] -= factors[position]
    return replace(proof, openings=[value % SCALAR_MODULUS for value in openings])


@pytest.mark.parametrize("position", range(4))
def test_opened_values_that_fit_the_identity_alone_fail_the_pairing(position: int) -> None:
    key = small_key()
    proof = opened_with_a_lie(small_proof(), position)
    assert rejection(proof.encode(key.schedule)) is R.PAIRING_FAILED


@pytest.mark.fuzz
@examples(60)
@given(st.data())
def test_no_bytes_make_the_verifier_do_anything_but_reject(data: st.DataObject) -> None:
    proof = bytearray(small_bytes()[1])
    key = small_key()
    for _ in range(data.draw(st.integers(1, 3))):
        proof[data.draw(st.integers(0, len(proof) - 1))] ^= data.draw(st.integers(1, 255))
    if bytes(proof) == small_bytes()[1]:
        return
    with pytest.raises(ProofRejected):
        verify_bytes(key, bytes(proof))


@pytest.mark.fuzz
@examples(60)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_malformed(data: bytes) -> None:
    key = small_key()
    with pytest.raises(ProofRejected) as caught:
        decode_proof(data, key.schedule, key.digest)
    assert caught.value.reason is R.MALFORMED_PROOF
