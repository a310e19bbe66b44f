from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.support import compiled as support

CONTEXT = "0x" + support.CONTEXT.hex()
Capture = pytest.CaptureFixture[str]


def test_from_model_to_verified_output(run: Run, tmp_path: Path, sample: Path, capsys: Capture):
    calibration = tmp_path / "samples.npy"
    np.save(calibration, support.samples())
    keys, proof = tmp_path / "net", tmp_path / "proof"
    options = ["--activation-bits", 8, "--dimension", "batch=1"]
    assert run("compile", support.MODEL, "--calibration", calibration, *options, "-o", keys) == 0
    assert "development" in capsys.readouterr().err
    assert {path.name for path in keys.iterdir()} == {
        "proving.key",
        "verifying.key",
        "seal.key",
        "report.json",
    }
    assert run("prove", keys, "--input", sample, "--transparent", "-o", proof) == 2
    assert "private weights" in capsys.readouterr().err
    assert run("prove", keys, "--input", sample, "-o", proof) == 0
    assert "not zero-knowledge" not in capsys.readouterr().err
    assert run("verify", keys / "verifying.key", proof) == 0
    captured = capsys.readouterr()
    proven = json.loads(captured.out)
    assert "development" in captured.err
    assert run("run", keys, "--input", sample, "--model", support.MODEL) == 0
    captured = capsys.readouterr()
    outputs = json.loads(captured.out)
    assert "equal" in captured.err
    for name, values in outputs.items():
        np.testing.assert_array_equal(proven["outputs"][name]["values"], np.ravel(values))
    (port,) = support.compiled().graph.inputs
    np.testing.assert_allclose(
        proven["inputs"]["features"]["values"],
        support.samples()[0],
        atol=port.value.scale,
    )


@pytest.mark.parametrize("options", [[], ["--reference"]])
def test_rejection_has_its_own_exit_code_and_prints_no_data(
    run: Run, keys: Path, proof: Path, capsys: Capture, options: list[str]
):
    assert run("verify", keys / "verifying.key", proof, "--context", CONTEXT, *options) == 0
    capsys.readouterr()
    assert run("verify", keys / "verifying.key", proof, "--context", "0x01", *options) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "zero_check_failed" in captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["deploy", "{keys}/verifying.key", "--rpc", "http://localhost:1"], "no account to pay"),
        (["verify", "{keys}/verifying.key", "{proof}", "--onchain", "0x0"], "go together"),
        (["compile", str(support.MODEL), "--transparent-only", "-o", "{new}"], "--weights public"),
        (["verify", "{keys}/verifying.key", "{proof}", "--context", "12"], "hexadecimal"),
        (["verify", "{keys}/verifying.key", "{proof}", "--context", "0x" + 33 * "00"], "33 bytes"),
        (["inspect", "{sample}"], "ONNX"),
        (["prove", "{keys}", "--input", "{proof}", "--transparent", "-o", "{new}"], ".npz"),
        (["compile", str(support.MODEL), "--dimension", "batch", "-o", "{new}"], "NAME=SIZE"),
        ([], "COMMAND"),
    ],
)
def test_bad_usage_says_what_to_do(
    run: Run,
    keys: Path,
    sample: Path,
    proof: Path,
    tmp_path: Path,
    capsys: Capture,
    arguments: list[str],
    words: str,
):
    new = tmp_path / "new"
    filled = [a.format(keys=keys, sample=sample, proof=proof, new=new) for a in arguments]
    assert run(*filled) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""
    assert not new.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "{keys}/nothing.key", "{proof}"],
        ["verify", "{keys}/verifying.key", "{keys}/nothing"],
        ["verify", "{keys}/proving.key", "{proof}"],
        ["verify", "{keys}/verifying.key", "{keys}/proving.key"],
        ["inspect", "{keys}/nothing"],
        ["run", "{keys}/nothing", "--input", "{sample}"],
        ["run", "{keys}", "--input", "{keys}/nothing.npz"],
        ["run", "{keys}", "--input", "{sample}", "--model", "{keys}/nothing.onnx"],
        ["prove", "{keys}", "--input", "{sample}", "--transparent", "-o", "{keys}/no/proof"],
        ["srs", "info", "{sample}"],
        ["srs", "import", "{keys}/nothing.ptau", "--power", "4"],
    ],
)
def test_missing_or_foreign_files_are_named(
    run: Run, keys: Path, sample: Path, proof: Path, capsys: Capture, arguments: list[str]
):
    filled = [a.format(keys=keys, sample=sample, proof=proof) for a in arguments]
    assert run(*filled) == 3
    captured = capsys.readouterr()
    assert str(keys.parent) in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_a_refused_input_leaves_the_old_proof(
    run: Run, keys: Path, tmp_path: Path, proof: Path, capsys: Capture
):
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"features": [[1e9] * support.FEATURES]}))
    before = proof.read_bytes()
    assert run("prove", keys, "--input", wrong, "--transparent", "-o", proof) == 2
    assert "range" in capsys.readouterr().err
    assert proof.read_bytes() == before


def test_inputs_are_npz_npy_or_json(run: Run, keys: Path, tmp_path: Path, capsys: Capture):
    array = support.samples()[:1]
    np.savez(tmp_path / "a.npz", features=array)
    np.save(tmp_path / "a.npy", array)
    (tmp_path / "a.json").write_text(json.dumps({"features": array.tolist()}))
    (tmp_path / "b.json").write_text(json.dumps(array.tolist()))
    outputs = []
    for name in ("a.npz", "a.npy", "a.json", "b.json"):
        assert run("run", keys, "--input", tmp_path / name) == 0
        outputs.append(capsys.readouterr().out)
    assert len(set(outputs)) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", b"{"), ("a.json", b"3"), ("a.npz", b"PK"), ("a.npy", b""), ("a.txt", b"1")],
)
def test_unreadable_inputs_are_named(
    run: Run, keys: Path, tmp_path: Path, capsys: Capture, name: str, content: bytes
):
    (tmp_path / name).write_bytes(content)
    assert run("run", keys, "--input", tmp_path / name) == 2
    assert name in capsys.readouterr().err


def test_inspect_shows_keys_proofs_and_models(run: Run, keys: Path, proof: Path, capsys: Capture):
    expected = {
        keys: ("soundness", "sumcheck rounds", "development", "features", "transcript"),
        keys / "verifying.key": ("soundness", "claims"),
        proof: ("transparent", support.compiled().verifying_key.digest.hex()),
        support.MODEL: ("Gemm", "parameters", "1,234", "multiplications", "1,184"),
    }
    for path, words in expected.items():
        assert run("inspect", path) == 0
        output = capsys.readouterr().out
        for word in words:
            assert word in output


def test_every_command_explains_itself(run: Run, capsys: Capture):
    assert run("--help") == 0
    listed = capsys.readouterr().out
    assert "exit codes" in listed
    for command in ("compile", "update", "run", "prove", "verify", "inspect", "srs"):
        assert command in listed
        assert run(command, "--help") == 0
        assert f"modulus {command} " in capsys.readouterr().out
