"""Committed inputs and outputs: proven from openings, shared by models, and bound by proofs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import modulus
from modulus import _native
from modulus.commitments import Commitment
from modulus.errors import ProofRejected, RejectionReason, VisibilityError, WitnessError
from modulus.openings import Opening
from modulus.reference.curve import GENERATOR, encode_point
from modulus.relations.system import Role
from tests.sealed import chain
from tests.sealed.chain import INPUT, SCORES, VERDICT
from tests.support import compiled as support

R = RejectionReason
CONTEXT = support.CONTEXT.ljust(32, b"\0")


@pytest.fixture(autouse=True)
def _powers_of_tau(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(support.cache_folder()))


def verify(
    proof: bytes, model: modulus.CompiledModel, expected: Any = None, *, reference: bool = False
) -> modulus.Proven:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return modulus.verify(
            proof,
            model.verifying_key,
            context=support.CONTEXT,
            commitments=expected,
            reference=reference,
        )


def verdicts(proof: bytes, model: modulus.CompiledModel, expected: Any = None) -> list[R | None]:
    """Of the native and of the reference verifier."""
    found: list[R | None] = []
    for reference in (False, True):
        try:
            verify(proof, model, expected, reference=reference)
            found.append(None)
        except ProofRejected as rejected:
            found.append(rejected.reason)
    return found


def commitments(openings: Mapping[str, Opening]) -> dict[str, Commitment]:
    return {name: opening.commitment for name, opening in openings.items()}


def both() -> dict[str, Opening]:
    return {INPUT: chain.opened(), SCORES: chain.opened_scores()}


def test_a_proof_is_about_the_commitments_of_its_openings() -> None:
    proof, model = chain.first_proof().data, chain.first()
    for reference in (False, True):
        proven = verify(proof, model, commitments(both()), reference=reference)
        assert proven.commitments == commitments(both())
        assert not proven.outputs
        assert not proven.inputs


def test_proofs_share_the_commitments_and_nothing_else() -> None:
    first = chain.first_proof().data
    second = chain.first().prove(openings=both(), context=support.CONTEXT).data
    assert verify(second, chain.first()).commitments == commitments(both())
    shared = b"".join(opening.commitment.points[0] for opening in both().values())
    start = first.index(shared) + len(shared)
    assert first[:start] == second[:start]
    words = [{data[at : at + 32] for at in range(start, len(data), 32)} for data in (first, second)]
    assert not words[0] & words[1]


def test_the_committed_output_of_one_model_is_the_committed_input_of_another() -> None:
    assert chain.FIRST_ROW_BITS != chain.SECOND_ROW_BITS
    model, scores = chain.second(), chain.opened_scores()
    proof = model.prove(openings=scores, context=support.CONTEXT).data
    for reference in (False, True):
        proven = verify(proof, model, scores.commitment, reference=reference)
        first = verify(chain.first_proof().data, chain.first(), reference=reference)
        assert proven.commitments[SCORES] == first.commitments[SCORES]
    reals = {SCORES: chain.first_scores(0)}
    np.testing.assert_array_equal(proven[VERDICT], model.run(reals)[VERDICT])


def test_a_commitment_does_not_depend_on_the_length_of_rows() -> None:
    longer = chain.second(chain.FIRST_ROW_BITS + 1)
    proof = longer.prove(openings=chain.opened_scores(), context=support.CONTEXT).data
    assert verdicts(proof, longer, chain.opened_scores().commitment) == [None, None]


def test_equal_values_are_committed_to_differently_each_time() -> None:
    again = chain.first().commit({INPUT: support.samples(1), "another": 1})
    np.testing.assert_array_equal(again.integers, chain.opened().integers)
    assert again.commitment.points != chain.opened().commitment.points
    assert again.commitment.digest != chain.opened().commitment.digest


def point_of(proof: bytes, opening: Opening) -> int:
    """Where the only point of an opening's commitment lies in a proof."""
    return proof.index(opening.commitment.points[0])


def tampered() -> dict[str, tuple[bytes, R]]:
    proof = chain.first_proof().data
    ours, theirs = (point_of(proof, opening) for opening in both().values())

    def patched(at: int, content: bytes) -> bytes:
        return proof[:at] + content + proof[at + len(content) :]

    first, second = proof[ours : ours + 64], proof[theirs : theirs + 64]
    other = chain.opened(1).commitment.points[0]
    off_curve = first[:-1] + bytes([first[-1] ^ 1])
    return {
        "commitment of other values": (patched(ours, other), R.PAIRING_FAILED),
        "blinding of another commitment": (
            patched(ours, chain.first().commit(support.samples(1)).commitment.points[0]),
            R.PAIRING_FAILED,
        ),
        "output of another inference": (
            patched(theirs, chain.opened_scores(1).commitment.points[0]),
            R.PAIRING_FAILED,
        ),
        "input and output swapped": (
            patched(theirs, first)[:ours] + second + patched(theirs, first)[ours + 64 :],
            R.PAIRING_FAILED,
        ),
        "commitment of another model": (
            patched(ours, chain.first().verifying_key.points[-1]),
            R.PAIRING_FAILED,
        ),
        "generator": (patched(ours, encode_point(GENERATOR)), R.PAIRING_FAILED),
        "infinity": (patched(ours, bytes(64)), R.INVALID_POINT),
        "output at infinity": (patched(theirs, bytes(64)), R.INVALID_POINT),
        "not on the curve": (patched(ours, off_curve), R.INVALID_POINT),
        "not canonical": (patched(ours, b"\xff" * 64), R.INVALID_POINT),
        "length of the commitments": (patched(ours - 4, b"\0" * 4), R.MALFORMED_PROOF),
    }


TAMPERED = (
    "commitment of other values",
    "blinding of another commitment",
    "output of another inference",
    "input and output swapped",
    "commitment of another model",
    "generator",
    "infinity",
    "output at infinity",
    "not on the curve",
    "not canonical",
    "length of the commitments",
)


def test_every_way_of_tampering_is_tried() -> None:
    assert set(tampered()) == set(TAMPERED)


@pytest.mark.parametrize("name", TAMPERED)
def test_other_commitments_are_rejected(name: str) -> None:
    proof, reason = tampered()[name]
    assert verdicts(proof, chain.first()) == [reason, reason]


def test_unexpected_commitments_are_rejected() -> None:
    proof, model = chain.first_proof().data, chain.first()
    held = commitments(both())
    other = chain.opened(1).commitment
    rescaled = Commitment(
        held[INPUT].points, held[INPUT].shape, 2 * held[INPUT].scale, held[INPUT].srs_id
    )
    for expected in (
        {INPUT: other},
        {INPUT: held[SCORES]},
        {INPUT: rescaled},
        {"unknown": held[INPUT]},
        held[INPUT],
    ):
        assert verdicts(proof, model, expected) == [R.OTHER_COMMITMENT] * 2
    assert verdicts(proof, model, {INPUT: held[INPUT]}) == [None, None]


def test_models_without_commitments_have_none() -> None:
    model = support.compiled(weights="private")
    proof = support.sealed_proof().data
    assert verify(proof, model).commitments == {}
    assert verdicts(proof, model, chain.opened().commitment) == [R.OTHER_COMMITMENT] * 2
    with pytest.raises(VisibilityError, match="no committed input"):
        model.commit(support.samples(1))
    with pytest.raises(VisibilityError, match="no committed output"):
        model.commit_output(support.samples(1))


def test_openings_that_do_not_belong_are_refused() -> None:
    model, scores = chain.second(), chain.opened_scores()
    made = scores.commitment

    def changed(**parts: Any) -> Opening:
        fields: dict[str, Any] = {"points": made.points, "shape": made.shape, "scale": made.scale}
        fields |= {"srs_id": made.srs_id} | parts
        return Opening(Commitment(**fields), scores.integers, scores.blinds)

    for opening, words in (
        (chain.opened(), "has shape"),
        (changed(scale=2 * made.scale), "has the scale"),
        (changed(srs_id=bytes(32)), "powers of tau"),
        (changed(points=made.points * 2), "2 points"),
    ):
        with pytest.raises(WitnessError, match=words):
            model.prove(openings=opening)
    for values, blinds in (
        (scores.integers + 1, scores.blinds),
        (scores.integers, chain.opened().blinds),
    ):
        with pytest.raises(modulus.ArtifactError, match="does not open"):
            model.prove(openings=Opening(made, values, blinds))


def test_values_out_of_range_are_refused_by_name_alone() -> None:
    model, made = chain.second(), chain.opened_scores().commitment
    powers = modulus.srs.for_proving(made.srs_id, chain.SECOND_ROW_BITS)
    secret = 123_456_789
    values = np.array([[secret, 0]])
    opening = Opening.make(values, made.scale, powers, chain.SECOND_ROW_BITS)
    with pytest.raises(WitnessError, match=SCORES) as refused:
        model.prove(openings=opening)
    assert "123" not in str(refused.value)
    # Who skips that check meets the native prover's, and the lookup after it.
    trace = model.graph.execute({SCORES: chain.opened_scores().integers})
    schedule = model.verifying_key.schedule
    port = next(n for n, tensor in enumerate(schedule.tensors) if tensor.role is Role.PORT)
    tensors = {
        number: np.ascontiguousarray(trace.arrays[number], dtype=np.int64).reshape(-1)
        for number, tensor in enumerate(schedule.tensors)
        if number in trace.arrays
    }
    tensors[port] = values.reshape(-1)
    with pytest.raises(WitnessError, match="outside its range"):
        _native.prove_sealed(
            model.verifying_key.encode(),
            model.sealer,
            powers,
            tensors,
            model.weight_blinds,
            opening.blinds,
            CONTEXT,
        )


def test_openings_are_needed_and_given_once() -> None:
    model = chain.first()
    with pytest.raises(VisibilityError, match=f"missing: {INPUT}, {SCORES}"):
        model.prove(support.samples(1))
    with pytest.raises(VisibilityError, match=f"missing: {SCORES}"):
        model.prove(openings={INPUT: chain.opened()})
    with pytest.raises(VisibilityError, match=f"missing: {SCORES}"):
        model.prove(openings=chain.opened())
    with pytest.raises(VisibilityError, match="no committed input or output unknown"):
        model.prove(openings=both() | {"unknown": chain.opened()})
    with pytest.raises(WitnessError, match="given twice"):
        model.prove({INPUT: support.samples(1)}, openings=both())
    with pytest.raises(VisibilityError, match="no committed input 'unknown'"):
        model.commit(support.samples(1), "unknown")
    with pytest.raises(WitnessError, match="no input"):
        model.commit({"unknown": support.samples(1)})
    with pytest.raises(WitnessError, match="other values"):
        model.prove(openings={INPUT: chain.opened(1), SCORES: chain.opened_scores()})


def test_transparent_proofs_are_refused() -> None:
    with pytest.raises(VisibilityError):
        chain.first().prove(openings=both(), transparent=True)
    proof = chain.first_proof().data
    assert verdicts(proof[:18] + b"\0" + proof[19:], chain.first()) == [R.MALFORMED_PROOF] * 2


def test_openings_and_commitments_survive_files(tmp_path: Path) -> None:
    opening, path = chain.opened(), tmp_path / "features.opening"
    opening.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    loaded = Opening.load(path)
    assert loaded.commitment == opening.commitment
    assert loaded.blinds == opening.blinds
    np.testing.assert_array_equal(loaded.integers, opening.integers)
    data = path.read_bytes()
    for damaged in (data[:-1], data + b"\0", data[:60] + b"\xff" + data[61:], b"", data[:20]):
        path.write_bytes(damaged)
        with pytest.raises(modulus.ArtifactError):
            Opening.load(path)
    public = tmp_path / "features.commitment"
    opening.commitment.save(public)
    assert Commitment.load(public) == opening.commitment
    with pytest.raises(modulus.ArtifactError):
        Opening.load(public)
    text = public.read_text()
    for old, new in (
        ('"version": 1', '"version": 2'),
        ("modulus.commitment", "modulus.proof"),
        ("0x", "1x"),
        ("20", "-20"),
        ('"scale": 0', '"scale": -0'),
        ("{", "["),
    ):
        assert old in text
        public.write_text(text.replace(old, new))
        with pytest.raises(modulus.ArtifactError):
            Commitment.load(public)


def test_openings_do_not_show_their_secrets() -> None:
    opening = chain.opened()
    shown = repr(opening)
    assert opening.blinds.hex()[:16] not in shown
    assert repr(opening.blinds)[2:20] not in shown
    assert str(opening.integers) not in shown


def test_commitments_differ_by_every_part() -> None:
    made = chain.opened().commitment
    digests = {
        Commitment(points, shape, scale, srs).digest
        for points in (made.points, made.points * 2)
        for shape in (made.shape, made.shape[::-1], (*made.shape, 1))
        for scale in (made.scale, 1.0)
        for srs in (made.srs_id, bytes(32))
    }
    assert len(digests) == 2 * 3 * 2 * 2


def test_a_tensor_of_several_rows_is_read_by_models_of_these_rows() -> None:
    powers = modulus.srs.for_proving(chain.opened().commitment.srs_id, 9)
    values = np.arange(3 * 40).reshape(3, 40)
    opening = Opening.make(values, 0.5, powers, 5)
    assert len(opening.commitment.points) == 8
    opening.check(powers)
    assert len(Opening.make(values, 0.5, powers, 9).commitment.points) == 1
