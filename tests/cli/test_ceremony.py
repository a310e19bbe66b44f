"""A ceremony of two people, on two machines: nothing passes between their folders but its file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from examples import local_chain as anvil
from modulus import _native, ceremony
from modulus.artifacts import read_verifying_key
from modulus.cli import main
from modulus.errors import CeremonyError, CeremonyFault
from modulus.evm.model import ContractModel
from modulus.reference.keccak import keccak256
from modulus.verifier import VerifyingKey
from tests.cli.conftest import Run
from tests.fuzz.budget import THOROUGH

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROW_BITS = 5
CIRCUIT_POWER = 12
"""Of the circuit of `shift`, some 3,800 constraints: ceremonies of larger ones take longer."""
FEATURES = 2
BEACON = "0x" + "5a" * 32
RECORD = 353
SEAL_KEY_HEADER = 16 + 4 + 32 + 576 + 512
Capture = pytest.CaptureFixture[str]


def shift() -> onnx.ModelProto:
    """A model with a weight and without a lookup."""
    features, shifted = (
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, FEATURES])
        for name in ("features", "shifted")
    )
    bias = numpy_helper.from_array(np.linspace(0, 1, FEATURES, dtype=np.float32), "bias")
    node = helper.make_node("Add", ["features", "bias"], ["shifted"])
    graph = helper.make_graph([node], "shift", [features], [shifted], [bias])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def samples(count: int) -> NDArray[np.float32]:
    """Inputs between -2 and 2."""
    return np.random.default_rng(0).uniform(-2, 2, (count, FEATURES)).astype(np.float32)


class Machine:
    """A folder with a cache and settings of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def run(self, *arguments: object) -> int:
        """Run a command with this machine's cache and settings."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MODULUS_CACHE", str(self / "cache"))
            patch.setenv("MODULUS_CONFIG", str(self / "settings"))
            try:
                return main([str(argument) for argument in arguments])
            except SystemExit as stopped:
                return int(stopped.code or 0)


class Held:
    """A ceremony that Alice began, to which Alice and Bob contributed, and that Bob finalised."""

    def __init__(self, folder: Path) -> None:
        self.alice, self.bob = Machine(folder / "alice"), Machine(folder / "bob")
        alice, bob = self.alice, self.bob
        self.samples = alice / "samples.npy"
        np.save(self.samples, samples(16))
        self.model = alice / "shift.onnx"
        self.model.write_bytes(shift().SerializeToString())
        options = ("--activation-bits", 8, "--row-bits", ROW_BITS)
        self.compile = ("compile", self.model, "--calibration", self.samples, *options)
        run = [
            alice.run(
                "srs", "generate", "--power", CIRCUIT_POWER, "--ptau", alice / "rehearsal.ptau"
            ),
            alice.run("srs", "import", alice / "rehearsal.ptau", "--power", ROW_BITS),
            alice.run(
                *self.compile, "--transparent-only", "--weights", "public", "-o", alice / "draft"
            ),
            alice.run("ceremony", "start", alice / "draft", "--ptau", alice / "rehearsal.ptau",
                      "-o", alice / "0.ceremony"),
            alice.run("ceremony", "contribute", alice / "0.ceremony", "--name", "Alice",
                      "--ptau", alice / "rehearsal.ptau", "-o", alice / "1.ceremony"),
        ]  # fmt: skip
        for name in ("1.ceremony", "rehearsal.ptau"):
            shutil.copy(alice / name, bob / name)
        (bob / "dice").write_bytes(b"4 1 6 6 2 3")
        run += [
            bob.run("ceremony", "contribute", bob / "1.ceremony", "--name", "Bob",
                    "--entropy", bob / "dice", "--ptau", bob / "rehearsal.ptau",
                    "-o", bob / "2.ceremony"),
            bob.run("ceremony", "finalise", bob / "2.ceremony", "--ptau", bob / "rehearsal.ptau",
                    "--beacon", BEACON, "--beacon-source", "beacon of the test",
                    "--beacon-exponent", 4, "-o", bob / "net.ceremony"),
        ]  # fmt: skip
        assert run == [0] * 7
        for name in ("2.ceremony", "net.ceremony", "net.ceremony.json"):
            shutil.copy(bob / name, alice / name)
        self.final = alice / "net.ceremony"
        self.state = ceremony.read(self.final)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    return Held(tmp_path_factory.mktemp("machines"))


@pytest.fixture(scope="module")
def keys(held: Held) -> Path:
    """A model compiled with the ceremony, on a machine whose user trusts its powers of tau."""
    alice = held.alice
    name = ("--name", "the rehearsal's powers")
    assert alice.run("srs", "trust", alice / "rehearsal.ptau", *name) == 0
    assert alice.run(*held.compile, "--ceremony", held.final, "-o", alice / "net") == 0
    return alice / "net"


@pytest.fixture
def trusting(held: Held, keys: Path, monkeypatch: pytest.MonkeyPatch) -> VerifyingKey:
    """The verifying key, read where the ceremony is trusted."""
    monkeypatch.setenv("MODULUS_CONFIG", str(held.alice / "settings"))
    return read_verifying_key(keys / "verifying.key")


def test_the_attestation_says_who_contributed(held: Held):
    stated = json.loads((held.alice / "net.ceremony.json").read_text())
    assert [item["name"] for item in stated["contributions"]] == ["Alice", "Bob"]
    assert stated["beacon"]["value"] == "5a" * 32
    assert stated["beacon"]["iterations"] == 16
    assert stated["beacon"]["source"] == "beacon of the test"


def test_anybody_can_verify_it(held: Held, capsys: Capture):
    bob = held.bob
    arguments = ["--ptau", bob / "rehearsal.ptau", "--attestation", bob / "net.ceremony.json"]
    assert bob.run("ceremony", "verify", bob / "net.ceremony", *arguments) == 0
    captured = capsys.readouterr()
    assert "the whole key follows" in captured.err
    assert "no list of known ceremonies" in captured.err
    assert json.loads(captured.out) == ceremony.attestation(ceremony.told(held.state))


def test_a_key_alone_shows_which_ceremony_it_comes_from(
    held: Held, keys: Path, tmp_path: Path, capsys: Capture
):
    key, alice = keys / "verifying.key", held.alice
    published = ("--attestation", alice / "net.ceremony.json")
    assert alice.run("ceremony", "verify", key, *published) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == ceremony.attestation(ceremony.told(held.state))
    assert "the key follows" in captured.err
    assert alice.run("inspect", key) == 0
    assert "3 contributions" in capsys.readouterr().out
    # A ceremony that somebody held alone, in the name of another.
    alone = ceremony.read(alice / "0.ceremony").contribute(alice / "rehearsal.ptau", "Alice", b"")
    forged = read_verifying_key(key)
    seal = ceremony.seal_of(alone, alone.circuit_hash)
    (tmp_path / "forged.key").write_bytes(replace(forged, seal=seal).encode())
    assert alice.run("ceremony", "verify", tmp_path / "forged.key", *published) == 1
    assert "wrong_attestation" in capsys.readouterr().err
    assert alice.run("ceremony", "verify", key, "--ptau", alice / "rehearsal.ptau") == 2
    # Without a ceremony, or with one that leads elsewhere.
    (tmp_path / "no.key").write_bytes(replace(forged, seal=None).encode())
    assert alice.run("ceremony", "verify", tmp_path / "no.key") == 1
    assert "no_contribution" in capsys.readouterr().err
    assert forged.seal is not None
    other = replace(forged, seal=replace(forged.seal, setup=seal.setup))
    (tmp_path / "other.key").write_bytes(other.encode())
    assert alice.run("ceremony", "verify", tmp_path / "other.key") == 1
    assert "wrong_key" in capsys.readouterr().err
    assert alice.run("ceremony", "verify", tmp_path) == 3


def test_a_stopped_contribution_leaves_nothing(held: Held, tmp_path: Path):
    def stop(stage: str, fraction: float) -> None:
        if stage == "multiplying the key":
            raise KeyboardInterrupt

    state = ceremony.read(held.alice / "1.ceremony")
    with pytest.raises(KeyboardInterrupt):
        state.contribute(held.alice / "rehearsal.ptau", "Carol", b"", stop)
    with pytest.raises(KeyboardInterrupt):
        state.finish("x", bytes(32), 0, stop)


@pytest.mark.parametrize("exponent", [-1, 21, 300])
def test_beacons_are_not_hashed_for_ever(held: Held, tmp_path: Path, exponent: int):
    beacon = ("--beacon", BEACON, "--beacon-source", "x", "--beacon-exponent", exponent)
    power = ("--ptau", held.alice / "rehearsal.ptau")
    final = tmp_path / "f"
    assert held.alice.run("ceremony", "finalise", held.final, *beacon, *power, "-o", final) == 2


def test_a_model_of_the_ceremony_is_proven_verified_and_deployed_as_production(
    held: Held, keys: Path, tmp_path: Path, capsys: Capture
):
    alice = held.alice
    sample, proof = tmp_path / "input.npz", tmp_path / "proof"
    np.savez(sample, features=samples(1))
    assert alice.run("prove", keys, "--input", sample, "-o", proof) == 0
    capsys.readouterr()
    assert alice.run("verify", keys / "verifying.key", proof) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["setup_doubt"] is None
    assert "warning" not in captured.err
    assert "the rehearsal's powers" in captured.err, "trust is stated wherever it is used"
    assert alice.run("contract", keys / "verifying.key", "-o", tmp_path / "Verifier.sol") == 0
    assert "DEVELOPMENT" not in (tmp_path / "Verifier.sol").read_text()
    # The same key, where nobody has trusted these powers of tau.
    assert held.bob.run("verify", keys / "verifying.key", proof) == 0
    assert "no list of known ceremonies" in capsys.readouterr().err
    assert held.bob.run("contract", keys / "verifying.key", "-o", tmp_path / "Doubted.sol") == 0
    assert "DEVELOPMENT KEY" in (tmp_path / "Doubted.sol").read_text()


@pytest.mark.skipif(anvil.binary() is None, reason="anvil comes with npm ci")
def test_its_contract_works_on_a_chain_that_is_not_for_tests(
    held: Held, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
):
    from modulus.evm.account import KEY_VARIABLE

    sample, proof = tmp_path / "input.npz", tmp_path / "proof"
    np.savez(sample, features=samples(1))
    assert held.alice.run("prove", keys, "--input", sample, "-o", proof) == 0
    with anvil.running(chain_id=10) as node:
        monkeypatch.setenv(KEY_VARIABLE, node.private_key)
        rpc = ("--rpc", node.rpc, "--chain-id", 10)
        assert held.bob.run("deploy", keys / "verifying.key", *rpc) != 0
        capsys.readouterr()
        assert held.alice.run("deploy", keys / "verifying.key", *rpc) == 0
        address = json.loads(capsys.readouterr().out)["address"]
        onchain = ("--onchain", address, "--rpc", node.rpc)
        assert held.alice.run("verify", keys / "verifying.key", proof, *onchain) == 0
        assert "accepted" in capsys.readouterr().err


def test_retraining_keeps_the_ceremony(held: Held, keys: Path):
    updated, other = held.alice / "updated", held.alice / "other.ptau"
    shutil.copytree(keys, updated)
    # Powers of tau that a new model would be compiled with.
    _native.write_rehearsal_ptau(other, ROW_BITS)
    assert held.alice.run("srs", "import", other, "--power", ROW_BITS) == 0
    arguments = ("update", updated, held.model, "--calibration", held.samples)
    assert held.alice.run(*arguments) == 0
    before, after = (read_verifying_key(folder / "verifying.key") for folder in (keys, updated))
    assert before.digest != after.digest, "fresh blinding"
    assert before.seal == after.seal
    assert before.tau_g2 == after.tau_g2
    assert after.seal is not None
    assert after.seal.setup


Change = Callable[[bytes], bytes]


def _flip(position: int) -> Change:
    def change(setup: bytes) -> bytes:
        return setup[:position] + bytes([setup[position] ^ 1]) + setup[position + 1 :]

    return change


def _records(*order: int) -> Change:
    def change(setup: bytes) -> bytes:
        records = [setup[RECORD * k :][:RECORD] for k in range(3)]
        return b"".join(records[k] for k in order)

    return change


TRANSCRIPTS: dict[str, Change] = {
    "stripped": lambda _: b"",
    "truncated": lambda setup: setup[:-1],
    "first left out": _records(1, 2),
    "second left out": _records(0, 2),
    "beacon left out": _records(0, 1),
    "swapped": _records(1, 0, 2),
    "repeated": _records(0, 0, 1, 2),
    "after the beacon": _records(0, 1, 2, 0),
    "beacon alone": _records(2),
    "name": _flip(1),
    "delta": _flip(70),
    "response": _flip(RECORD - 1),
    "beacon's value": _flip(2 * RECORD + 260),
    "beacon's exponent": _flip(3 * RECORD - 33),
    "beacon's source": _flip(2 * RECORD + 1),
}


@pytest.mark.parametrize("name", [name for name in TRANSCRIPTS if name != "beacon's source"])
def test_a_key_with_another_transcript_is_for_development(trusting: VerifyingKey, name: str):
    assert trusting.seal is not None
    assert trusting.setup_doubt is None
    setup = TRANSCRIPTS[name](trusting.seal.setup)
    changed = replace(trusting, seal=replace(trusting.seal, setup=setup))
    assert "setup of the seal" in (changed.setup_doubt or ""), name
    assert ContractModel.decode(changed.encode()).key.development


def test_a_beacon_s_source_is_what_the_attestation_says(held: Held, tmp_path: Path):
    """It is public and proves nothing, so only the published hash binds it."""
    data = held.final.read_bytes()
    at = data.index(b"beacon of the test")
    altered = tmp_path / "altered.ceremony"
    altered.write_bytes(data[:at] + b"B" + data[at + 1 :])
    with pytest.raises(CeremonyError) as caught:
        ceremony.check_attestation(
            held.alice / "net.ceremony.json", ceremony.told(ceremony.read(altered))
        )
    assert caught.value.reason is CeremonyFault.WRONG_ATTESTATION


def test_points_that_somebody_chose_are_refused(trusting: VerifyingKey):
    """delta and every IC: none can be exchanged under a transcript that stays."""
    assert trusting.seal is not None
    groth16 = trusting.seal.groth16
    generator = (1).to_bytes(32, "big") + (2).to_bytes(32, "big")
    for position in range(320, 576, 64):
        forged = groth16[:position] + generator + groth16[position + 64 :]
        changed = replace(trusting, seal=replace(trusting.seal, groth16=forged))
        assert "does not verify" in (changed.setup_doubt or "")
    other = trusting.tau_g2
    forged = groth16[:192] + other + groth16[320:]
    changed = replace(trusting, seal=replace(trusting.seal, groth16=forged))
    assert "does not verify" in (changed.setup_doubt or "")


def test_another_circuit_is_refused(trusting: VerifyingKey):
    assert trusting.seal is not None
    changed = replace(trusting, seal=replace(trusting.seal, circuit_hash=bytes(32)))
    assert "circuit" in (changed.setup_doubt or "")


@pytest.mark.parametrize("field", ["circuit", "powers_of_tau", "start", "key", "constraints"])
def test_altered_attestations_are_refused(held: Held, tmp_path: Path, field: str, capsys: Capture):
    stated = json.loads((held.alice / "net.ceremony.json").read_text())
    stated[field] = 1 if field == "constraints" else "00" * 32
    path = tmp_path / "attestation.json"
    path.write_text(json.dumps(stated))
    arguments = ("ceremony", "verify", held.final, "--attestation", path)
    assert held.alice.run(*arguments) == 1
    assert f"{field!r} is not the ceremony's (wrong_attestation)" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 200])
def test_what_is_no_attestation_is_refused(held: Held, tmp_path: Path, text: str):
    path = tmp_path / "attestation.json"
    path.write_text(text)
    with pytest.raises(CeremonyError) as caught:
        ceremony.check_attestation(path, ceremony.told(held.state))
    assert caught.value.reason is CeremonyFault.WRONG_ATTESTATION


def test_altered_contributions_of_an_attestation_are_refused(held: Held, tmp_path: Path):
    stated = json.loads((held.alice / "net.ceremony.json").read_text())
    stated["contributions"][0]["name"] = "Mallory"
    path = tmp_path / "attestation.json"
    path.write_text(json.dumps(stated))
    with pytest.raises(CeremonyError, match="contributions"):
        ceremony.check_attestation(path, ceremony.told(held.state))


def test_damaged_files_are_refused_with_their_reason(held: Held, tmp_path: Path):
    data = held.final.read_bytes()
    name = data.index(b"Alice")
    cases = {
        CeremonyFault.MALFORMED_CEREMONY: [b"", data[:15], data[:-1], data[:-40] + bytes(40)],
        CeremonyFault.INVALID_CONTRIBUTION: [data[:name] + b"Mally" + data[name + 5 :]],
    }
    for reason, altered in cases.items():
        for content in altered:
            path = tmp_path / "altered.ceremony"
            path.write_bytes(content)
            with pytest.raises(CeremonyError, match=r"altered\.ceremony") as caught:
                ceremony.read(path)
            assert caught.value.reason is reason


def test_no_secret_is_given_to_points_that_somebody_chose(
    held: Held, tmp_path: Path, capsys: Capture
):
    """The state between Alice and Bob, with two points of the proving key exchanged."""
    data = (held.alice / "1.ceremony").read_bytes()
    start = data.index(b"MODULUS.SEALKEY")
    key = data[start:-32]
    first = SEAL_KEY_HEADER + 2 * 64
    points = key[first + 64 : first + 128] + key[first : first + 64]
    key = key[:first] + points + key[first + 128 :]
    blocks = [keccak256(key[place : place + (1 << 20)]) for place in range(0, len(key), 1 << 20)]
    altered = tmp_path / "1.ceremony"
    altered.write_bytes(data[:start] + key + keccak256(b"".join(blocks)))
    ceremony.read(altered)
    arguments = ("--name", "Bob", "--ptau", held.bob / "rehearsal.ptau", "-o", tmp_path / "2")
    assert held.bob.run("ceremony", "contribute", altered, *arguments) == 1
    assert "wrong_key" in capsys.readouterr().err
    assert not (tmp_path / "2").exists()


def test_nothing_follows_a_beacon(held: Held, tmp_path: Path, capsys: Capture):
    ptau = held.alice / "rehearsal.ptau"
    arguments = ("--name", "Carol", "--ptau", ptau, "-o", tmp_path / "4.ceremony")
    assert held.alice.run("ceremony", "contribute", held.final, *arguments) == 1
    assert "ceremony_ended" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_ceremony_without_contributions_makes_no_key(held: Held, tmp_path: Path, capsys: Capture):
    begun, out = held.alice / "0.ceremony", tmp_path / "out"
    assert held.alice.run(*held.compile, "--ceremony", begun, "-o", out) == 1
    assert "no_contribution" in capsys.readouterr().err
    beacon = ("--beacon", BEACON, "--beacon-source", "x", "--ptau", held.alice / "rehearsal.ptau")
    assert held.alice.run("ceremony", "finalise", begun, *beacon, "-o", tmp_path / "f") == 1
    assert "no_contribution" in capsys.readouterr().err
    assert not (tmp_path / "f").exists()


def test_other_powers_of_tau_are_refused(held: Held, tmp_path: Path, capsys: Capture):
    other, small = tmp_path / "other.ptau", tmp_path / "small.ptau"
    _native.write_rehearsal_ptau(other, 4)
    assert held.alice.run("ceremony", "verify", held.final, "--ptau", other) == 1
    assert "wrong_powers_of_tau" in capsys.readouterr().err
    _native.write_rehearsal_ptau(small, 4)
    arguments = ("ceremony", "start", held.alice / "draft", "--ptau", small)
    assert held.alice.run(*arguments, "-o", tmp_path / "0.ceremony") == 1
    assert f"2^{CIRCUIT_POWER}" in capsys.readouterr().err


def test_a_ceremony_of_another_circuit_is_refused(held: Held, tmp_path: Path, capsys: Capture):
    arguments = [*held.compile[:-1], ROW_BITS + 1, "--ceremony", held.final]
    assert held.alice.run(*arguments, "-o", tmp_path / "out") == 1
    assert "wrong_key" in capsys.readouterr().err


def test_no_state_is_overwritten(held: Held, capsys: Capture):
    ptau = held.alice / "rehearsal.ptau"
    arguments = ("--name", "Carol", "--ptau", ptau, "-o", held.alice / "2.ceremony")
    assert held.alice.run("ceremony", "contribute", held.alice / "1.ceremony", *arguments) == 3
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["\x1b[2J", *(["x" * 65, "a\nb"] if THOROUGH else [])])
def test_names_that_could_deceive_are_refused(held: Held, tmp_path: Path, name: str):
    ptau = held.alice / "rehearsal.ptau"
    arguments = ("--name", name, "--ptau", ptau, "-o", tmp_path / "x.ceremony")
    assert held.alice.run("ceremony", "contribute", held.alice / "0.ceremony", *arguments) == 1


@pytest.mark.parametrize(
    "action", [[], ["start"], ["contribute"], ["verify"], ["finalise"]], ids=" ".join
)
def test_help_teaches(run: Run, action: list[str], capsys: Capture):
    assert run("ceremony", *action, "--help") == 0
    assert "usage: modulus ceremony" in capsys.readouterr().out
