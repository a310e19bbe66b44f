from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from modulus import srs
from modulus.errors import SrsError
from tests.cli.conftest import Run

CEREMONY = Path(__file__).parents[2] / "vectors" / "srs"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(tmp_path / "cache"))


def ceremony_file() -> Path:
    (path,) = CEREMONY.glob("*.ptau")
    return path


def test_generated_powers_are_listed_as_development(run: Run, capsys: Capture):
    assert run("srs", "generate", "--power", 5) == 0
    assert "never use" in capsys.readouterr().err
    assert run("srs", "info") == 0
    (described,) = json.loads(capsys.readouterr().out)
    assert described["origin"] == "development"
    assert described["power"] == 5
    assert described["file_hash"] is None


def test_generating_again_needs_force_and_keeps_the_first(run: Run, capsys: Capture):
    assert run("srs", "generate", "--power", 5) == 0
    assert run("srs", "generate", "--power", 5) == 3
    assert "--force" in capsys.readouterr().err
    assert run("srs", "generate", "--power", 5, "--force") == 0
    assert len(srs.cached()) == 2


@pytest.mark.parametrize("power", [0, 25, -1])
def test_powers_out_of_bounds_are_refused(run: Run, power: int, capsys: Capture):
    assert run("srs", "generate", "--power", power) == 3
    assert "outside 1 to 24" in capsys.readouterr().err


def test_a_ceremony_is_imported_with_its_hash_and_preferred(run: Run, capsys: Capture):
    assert run("srs", "generate", "--power", 4) == 0
    assert run("srs", "import", ceremony_file(), "--power", 4) == 0
    assert "Keccak-256" in capsys.readouterr().err
    assert run("srs", "info") == 0
    ceremony, development = json.loads(capsys.readouterr().out)
    assert ceremony["origin"] == "ceremony"
    assert len(ceremony["file_hash"]) == 64
    assert development["origin"] == "development"
    assert not srs.for_compiling(4).development


def test_more_powers_than_the_file_has_are_refused(run: Run, capsys: Capture):
    assert run("srs", "import", ceremony_file(), "--power", 20) == 3
    assert "--power" in capsys.readouterr().err
    assert srs.cached() == []


def test_a_damaged_ceremony_file_is_refused(run: Run, tmp_path: Path, capsys: Capture):
    damaged = tmp_path / "damaged.ptau"
    data = bytearray(ceremony_file().read_bytes())
    data[200] ^= 1  # inside the second power
    damaged.write_bytes(data)
    assert run("srs", "import", damaged, "--power", 6) == 3
    assert "damaged.ptau" in capsys.readouterr().err
    assert srs.cached() == []


def test_a_reference_string_is_found_by_identity_and_size():
    small = srs.load(srs.generate(5))
    assert srs.for_proving(small.id, 5).id == small.id
    with pytest.raises(SrsError, match="this key needs 2\\^6"):
        srs.for_proving(small.id, 6)
    with pytest.raises(SrsError, match="is not in"):
        srs.for_proving(bytes(32), 5)
    other = srs.generate(5, force=True)
    with pytest.raises(SrsError, match="compiled with"):
        srs.for_proving(small.id, 5, other)


def test_compiling_generates_one_only_where_none_is_large_enough(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(srs, "DEFAULT_POWER", 6)
    first = srs.for_compiling(5)
    assert first.development
    assert first.power == 5, "only as much is read as is needed"
    assert [file.power for file in srs.cached()] == [6]
    assert srs.for_compiling(6).id == first.id
    assert srs.for_compiling(7).power == 7
    assert len(srs.cached()) == 2


@pytest.mark.parametrize("keep", [0, 10, 300, -1])
def test_truncated_reference_strings_are_refused(tmp_path: Path, keep: int):
    path = srs.generate(5)
    copy = tmp_path / "copy.srs"
    shutil.copy(path, copy)
    copy.write_bytes(copy.read_bytes()[:keep])
    with pytest.raises(SrsError, match=r"copy\.srs"):
        srs.load(copy)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("MODULUS_CACHE", str(blocked))
    with pytest.raises(SrsError, match="MODULUS_CACHE"):
        srs.generate(4)


def test_an_interrupt_stops_at_once_and_leaves_nothing(tmp_path: Path):
    command = "import sys; from modulus.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "srs", "generate", "--power", "22"],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"MODULUS_CACHE": str(tmp_path / "cache")},
    )
    assert process.stderr is not None
    assert "generating" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "nothing was written" in errors
    assert not list((tmp_path / "cache").rglob("*"))
