from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from modulus.errors import ArtifactError, QuantizationError
from modulus.quantize import Calibration, Settings

HELD = Calibration(
    Settings(12, 10, 2.0, 99.9),
    {"x": (-1 / 3, 2 / 3), "y": (0.0, 5e-324)},
    {"batch": 2},
    {"rate": [16000]},
    {"x": (1 / 3, 0.1)},
)


def test_a_calibration_survives_its_file_to_the_last_bit(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    HELD.save(path)
    assert Calibration.load(path) == HELD
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_shows_no_range() -> None:
    assert "0.333" not in repr(HELD)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "other"}, "no settings of Modulus"),
        ({"version": 1}, "version 1"),
        ({"more": 1}, "more"),
        ({"settings": None}, "settings hold None"),
        ({"ranges": []}, "no object"),
        ({"ranges": {"x": [1.0]}}, "range of x"),
        ({"ranges": {"x": [0.0, "1"]}}, "range of x"),
        ({"ranges": {"x": [0.0, 10**400]}}, "range of x"),
        ({"ranges": {"x": [2.0, 1.0]}}, "empty"),
        ({"dimensions": {"batch": 0}}, "batch"),
        ({"columns": {"x": 0.5}}, "columns"),
        ({"columns": {"x": [0.5, 0.0]}}, "columns"),
        ({"dimensions": {"batch": True}}, "batch"),
        ({"fixed_inputs": {"rate": "16000"}}, "rate"),
        ({"fixed_inputs": {"rate": [[1, 2], [3]]}}, "rate"),
    ],
)
def test_other_content_is_refused(change: dict[str, Any], words: str) -> None:
    held = json.loads(HELD.to_json()) | change
    with pytest.raises(ArtifactError, match=words):
        Calibration.from_json(json.dumps(held))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": NaN}'])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ArtifactError):
        Calibration.from_json(text)


def test_settings_outside_their_range_are_refused() -> None:
    held = json.loads(HELD.to_json())
    held["settings"]["activation_bits"] = 40
    with pytest.raises(QuantizationError):
        Calibration.from_json(json.dumps(held))
