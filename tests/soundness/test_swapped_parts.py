"""Keys put together from parts of others: every door refuses them, with one reason."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import modulus
from modulus._native import Circuit, Sealer
from modulus.cli import main
from modulus.errors import ProofRejected, RejectionReason
from modulus.evm.account import KEY_VARIABLE
from modulus.evm.model import ContractModel
from modulus.reference.curve import GENERATOR, encode_point
from modulus.reference.twist import TWIST_GENERATOR, encode_twist_point
from modulus.verifier import SealPart, VerifyingKey
from tests.soundness.corpus import built
from tests.soundness.test_keys import table_of
from tests.support import compiled
from tests.support.slow_setup import make_key

ALPHA = slice(0, 64)
BETA = slice(64, 192)
DELTA = slice(192, 320)
IC = [slice(start, start + 64) for start in range(320, 576, 64)]
EVIDENCE_TAU = slice(0, 128)

INFINITY = bytes(64)
POINT = encode_point(GENERATOR)
TWIST = encode_twist_point(TWIST_GENERATOR)


@pytest.fixture(autouse=True)
def _cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MODULUS_CACHE", str(compiled.cache_folder()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def honest() -> VerifyingKey:
    return compiled.compiled(weights="private").verifying_key


def other() -> VerifyingKey:
    """A key of another architecture."""
    return compiled.compiled("private").verifying_key


def seal_of(key: VerifyingKey) -> SealPart:
    assert key.seal is not None
    return key.seal


def with_seal(**parts: bytes) -> VerifyingKey:
    return replace(honest(), seal=replace(seal_of(honest()), **parts))


def with_point(place: slice, point: bytes) -> VerifyingKey:
    points = bytearray(seal_of(honest()).groth16)
    points[place] = point
    return with_seal(groth16=bytes(points))


@cache
def another_setup() -> SealPart:
    """Of the same circuit, by somebody else."""
    sealer = Sealer.generate_development(Circuit(honest().schedule_bytes))
    return SealPart(sealer.circuit_hash, sealer.groth16, sealer.evidence)


def another_table() -> VerifyingKey:
    """A step function where the relations say tanh."""
    graph, trace = built("function")
    system = graph.relations()
    arrays = {number: array.reshape(-1).tolist() for number, array in trace.arrays.items()}
    arrays[table_of(system)] = [0] * 200 + [127] * 56
    # No public constructor makes such a key, so its bytes are read without being checked.
    held = make_key(system, arrays, 10)
    return VerifyingKey(
        held.declared_development,
        held.srs_hash,
        held.system_bytes,
        held.schedule_bytes,
        encode_twist_point(held.tau),
        tuple(map(encode_point, held.points)),
        table_opening=None if held.table_opening is None else encode_point(held.table_opening),
    )


SWAPPED: dict[str, Callable[[], VerifyingKey]] = {
    "schedule": lambda: replace(honest(), schedule_bytes=other().schedule_bytes),
    "relations": lambda: replace(honest(), system_bytes=other().system_bytes),
    "function table": another_table,
    "architecture under the seal": lambda: replace(other(), seal=honest().seal),
    "circuit hash": lambda: with_seal(circuit_hash=seal_of(other()).circuit_hash),
    "seal but for its circuit hash": lambda: with_seal(
        groth16=seal_of(other()).groth16, evidence=seal_of(other()).evidence
    ),
    "points of another setup": lambda: with_seal(groth16=another_setup().groth16),
    "evidence of another setup": lambda: with_seal(evidence=another_setup().evidence),
    "alpha": lambda: with_point(ALPHA, POINT),
    "beta": lambda: with_point(BETA, TWIST),
    "delta is the generator": lambda: with_point(DELTA, TWIST),
    "delta is infinite": lambda: with_point(DELTA, bytes(128)),
    "alpha is infinite": lambda: with_point(ALPHA, INFINITY),
    "IC0": lambda: with_point(IC[0], POINT),
    "IC1": lambda: with_point(IC[1], POINT),
    "IC2": lambda: with_point(IC[2], POINT),
    "IC3": lambda: with_point(IC[3], POINT),
    "IC1 and IC2 exchanged": lambda: with_point(
        slice(IC[1].start, IC[2].stop),
        seal_of(honest()).groth16[IC[2]] + seal_of(honest()).groth16[IC[1]],
    ),
    "IC3 is infinite": lambda: with_point(IC[3], INFINITY),
    "evidence for a known tau": lambda: with_seal(
        evidence=TWIST + seal_of(honest()).evidence[EVIDENCE_TAU.stop :]
    ),
}


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "proof"
    compiled.sealed_proof().save(path)
    return path


def reason(call: Callable[[], object]) -> RejectionReason:
    with pytest.raises(ProofRejected) as rejected:
        call()
    return rejected.value.reason


@pytest.mark.parametrize("name", SWAPPED)
def test_swapped_parts_are_refused_by_every_door(
    name: str,
    tmp_path: Path,
    proof: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "0x" + "11" * 32)
    key = tmp_path / "verifying.key"
    key.write_bytes(SWAPPED[name]().encode())
    commands = [
        ["verify", key, proof, "--context", "0x" + compiled.CONTEXT.hex()],
        ["verify", key, proof, "--reference"],
        ["contract", key, "-o", tmp_path / "Verifier.sol"],
        # Nobody listens there: the key is refused before anything is asked of a node.
        ["deploy", key, "--rpc", "http://127.0.0.1:1"],
    ]
    for command in commands:
        assert main([str(word) for word in command]) == 1, command
        printed = capsys.readouterr()
        assert "malformed_key" in printed.err
        assert printed.out == ""
    assert {path.name for path in tmp_path.iterdir()} == {"verifying.key", "proof"}
    doors: list[Callable[[], object]] = [
        lambda: modulus.verify(proof, key),
        lambda: modulus.verify(proof, key, reference=True),
        lambda: modulus.verify(proof, SWAPPED[name]()),
        lambda: ContractModel.of(SWAPPED[name]()),
    ]
    assert {reason(door) for door in doors} == {RejectionReason.MALFORMED_KEY}


def test_the_honest_key_is_accepted(proof: Path) -> None:
    modulus.verify(proof, honest(), context=compiled.CONTEXT)
    assert ContractModel.of(honest()).key.development


def test_a_key_that_passed_does_not_excuse_another(tmp_path: Path, proof: Path) -> None:
    """The record of an honest key is no record of one that differs in a byte."""
    modulus.verify(proof, honest(), context=compiled.CONTEXT)
    for name in ("relations", "IC1", "evidence of another setup"):
        with pytest.raises(ProofRejected, match="malformed_key"):
            modulus.verify(proof, SWAPPED[name](), context=compiled.CONTEXT)
