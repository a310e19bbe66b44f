"""Committed inputs and outputs on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.sealed import chain
from tests.sealed.chain import INPUT, SCORES

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """The first model of the chain."""
    chain.first().save(tmp_path / "net")
    return tmp_path / "net"


def test_commit_prove_and_verify(
    run: Run, net: Path, sample: Path, tmp_path: Path, capsys: Capture
) -> None:
    opening, proof = tmp_path / "customer.opening", tmp_path / "proof"
    scores = tmp_path / "scores.opening"
    assert run("commit", net, "--input", sample, "-o", opening) == 0
    assert opening.stat().st_mode & 0o777 == 0o600
    printed = json.loads(capsys.readouterr().out)
    public = opening.with_suffix(".commitment")
    assert {**json.loads(public.read_text()), "digest": printed["digest"]} == printed
    options: list[object] = ["--opening", opening, "--output-opening", f"{SCORES}={scores}"]
    assert run("prove", net, *options, "-o", proof) == 0
    capsys.readouterr()
    key = net / "verifying.key"
    expected = ["--commitment", f"{INPUT}={public}"]
    assert run("verify", key, proof, *expected) == 0
    proven = json.loads(capsys.readouterr().out)
    assert proven["commitments"][INPUT]["points"] == printed["points"]
    assert proven["commitments"][SCORES]["is_output"]
    assert proven["outputs"] == proven["inputs"] == {}
    wrong = f"{INPUT}={scores.with_suffix('.commitment')}"
    for unexpected in (wrong, public):
        assert run("verify", key, proof, "--commitment", unexpected) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "other_commitment" in captured.err
    again = tmp_path / "again"
    both = ["--opening", f"{INPUT}={opening}", "--opening", f"{SCORES}={scores}"]
    assert run("prove", net, *both, "-o", again) == 0
    assert run("verify", key, again, *expected) == 0
    assert run("inspect", proof) == 0
    assert run("inspect", net) == 0
    assert INPUT in capsys.readouterr().out


def test_wrong_files_and_options_are_named(
    run: Run, net: Path, sample: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "proof"
    assert run("prove", net, "--input", sample, "-o", out) == 2
    assert "modulus commit" in capsys.readouterr().err
    assert run("prove", net, "--opening", net / "verifying.key", "-o", out) == 3
    assert "expected an opening" in capsys.readouterr().err
    assert run("prove", net, "--opening", tmp_path / "none", "-o", out) == 3
    assert run("commit", net, "--input", sample, "--name", "x", "-o", out) == 2
    assert run("commit", net, "--input", sample, "-o", tmp_path / "none" / "x.opening") == 3
    assert not out.exists()


def test_visibilities_and_scales_by_name(
    run: Run, net: Path, tmp_path: Path, capsys: Capture
) -> None:
    import onnx

    model, calibration = tmp_path / "second.onnx", tmp_path / "samples.npy"
    onnx.save(chain.dense(), model)
    np.save(calibration, np.concatenate([chain.first_scores(seed) for seed in range(4)]))
    base = ["compile", model, "--calibration", calibration, "--activation-bits", 8]
    ports = ["--input-visibility", f"{SCORES}=committed", "--row-bits", chain.SECOND_ROW_BITS]
    scale = ["--input-scale", f"{SCORES}={net / 'verifying.key'}"]
    assert run(*base, *ports, *scale, "-o", tmp_path / "next") == 0
    opening = tmp_path / "scores.opening"
    chain.opened_scores().save(opening)
    proof = tmp_path / "proof"
    assert run("prove", tmp_path / "next", "--opening", opening, "-o", proof) == 0
    capsys.readouterr()
    for options in (
        ["--input-visibility", "secret"],
        ["--input-visibility", "private", "--input-visibility", "x=public"],
        ["--input-visibility", f"{SCORES}=committed", "--transparent-only", "--weights", "public"],
        ["--input-scale", "0.1"],
        ["--input-scale", f"{SCORES}=0"],
        ["--input-scale", f"{SCORES}={tmp_path / 'next' / 'verifying.key'}"],
    ):
        assert run(*base, *options, "-o", tmp_path / "no") == 2, options
    assert not (tmp_path / "no").exists()
