from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from modulus.artifacts import read_report, read_verifying_key
from modulus.ir import store
from modulus.prover import CompiledModel
from tests.cli.conftest import Run
from tests.support import compiled as support

Capture = pytest.CaptureFixture[str]
PUBLIC = ("--weights", "public", "--transparent-only")


@pytest.fixture
def calibration(tmp_path: Path) -> Path:
    path = tmp_path / "samples.npy"
    np.save(path, support.samples())
    return path


def test_saved_settings_compile_to_the_same_model(
    run: Run, tmp_path: Path, calibration: Path, capsys: Capture
):
    saved, plot = tmp_path / "settings.json", tmp_path / "errors.html"
    asked = [support.MODEL, "--calibration", calibration, "--dimension", "batch=1"]
    widths = ["--activation-bits", "8,16", "--tolerance", "1e-3"]
    assert run("calibrate", *asked, *widths, "--layers", "--plot", plot, "-o", saved) == 0
    table = capsys.readouterr().out
    assert "16 *" in table
    assert "16/14/99.9" in table
    assert "cost of" in table
    assert "<svg" in plot.read_text()
    first, again = tmp_path / "first", tmp_path / "again"
    assert run("compile", *asked, *PUBLIC, "-o", first) == 0
    assert run("compile", support.MODEL, "--settings", saved, *PUBLIC, "-o", again) == 0
    keys = [read_verifying_key(folder / "verifying.key") for folder in (first, again)]
    assert keys[0].digest == keys[1].digest
    graphs = [store.dump(CompiledModel.load(folder).graph) for folder in (first, again)]
    assert graphs[0] == graphs[1]
    assert "accuracy" not in read_report(again / "report.json")
    assert run("inspect", first, "--plot", plot) == 0
    assert "16/14" in plot.read_text()
    assert run("inspect", again, "--plot", plot) == 3
    assert "holds no errors" in capsys.readouterr().err


def test_json_holds_what_the_table_shows(run: Run, calibration: Path, capsys: Capture):
    asked = [support.MODEL, "--calibration", calibration, "--dimension", "batch=1"]
    options = ["--activation-bits", "12", "--percentile", "max", "--agreement", "0.9", "--json"]
    assert run("calibrate", *asked, *options) == 0
    held = json.loads(capsys.readouterr().out)
    (row,) = held["rows"]
    assert held["chosen"] == 0
    assert row["settings"]["activation_bits"] == 12
    assert {layer["tensor"] for layer in row["accuracy"]["layers"]} >= {"logits"}
    assert row["costs"]["constraints"] > 1000


def test_a_search_says_what_it_chose_and_why(
    run: Run, tmp_path: Path, calibration: Path, capsys: Capture
):
    asked = [support.MODEL, "--calibration", calibration, "--dimension", "batch=1"]
    auto = ["--activation-bits", "auto", "--tolerance", "0.01", *PUBLIC]
    assert run("compile", *asked, *auto, "-o", tmp_path / "net") == 0
    assert "the cheapest of 26 settings with error <= 0.01" in capsys.readouterr().err
    report = read_report(tmp_path / "net" / "report.json")
    assert report["search"]["trials"][-1]["met"]
    assert report["options"]["activation_bits"] == report["settings"]["activation_bits"]


CALIBRATE = ("calibrate", "{model}", "--calibration", "{samples}", "--activation-bits", "8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*CALIBRATE, "--percentile", "x"], "percentiles"),
        ([*CALIBRATE, "--weight-bits", ","], "numbers"),
        (
            [*CALIBRATE, "--tolerance", "1e-9", "-o", "{folder}/settings.json"],
            "no settings meet",
        ),
        (["compile", "{model}", "--tolerance", "0.1", "-o", "{folder}/net"], "search of settings"),
        (["compile", "{model}", "--activation-bits", "wide", "-o", "{folder}/net"], "auto"),
        (["compile", "{model}", "--settings", "{samples}", "-o", "{folder}/net"], "not JSON"),
    ],
)
def test_wrong_usage_says_what_to_do(
    run: Run,
    tmp_path: Path,
    calibration: Path,
    capsys: Capture,
    arguments: list[str],
    words: str,
):
    places = {"model": support.MODEL, "samples": calibration, "folder": tmp_path}
    assert run(*(argument.format(**places) for argument in arguments)) in (2, 3)
    assert words in capsys.readouterr().err
    assert not (tmp_path / "settings.json").exists()
