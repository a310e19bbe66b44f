from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from modulus.errors import ArtifactError, QuantizationError
from modulus.quantize import Settings


def test_settings_survive_storing() -> None:
    settings = Settings(activation_bits=12, weight_bits=10, margin=2.0, percentile=99.9)
    assert Settings.from_stored(json.loads(json.dumps(asdict(settings)))) == settings
    assert Settings.from_stored({}) == Settings()


@pytest.mark.parametrize(
    "change",
    [
        {"activation_bits": 7},
        {"activation_bits": 21},
        {"weight_bits": 17},
        {"margin": 0.9},
        {"margin": float("inf")},
        {"margin": float("nan")},
        {"margin": 10**400},
        {"percentile": 50.0},
    ],
)
def test_settings_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(QuantizationError):
        Settings(**change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "held", [None, [], {"bits": 3}, {"activation_bits": 16.5}, {"margin": "2"}, {"margin": None}]
)
def test_what_is_no_settings_is_refused(held: object) -> None:
    with pytest.raises(ArtifactError):
        Settings.from_stored(held)
