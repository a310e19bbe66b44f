from __future__ import annotations

import pytest

from modulus.errors import ArtifactError, QuantizationError
from modulus.quantize import Settings


def test_settings_survive_json() -> None:
    settings = Settings(activation_bits=12, weight_bits=10, margin=2.0, percentile=99.9)
    assert Settings.from_json(settings.to_json()) == settings
    assert Settings.from_json("{}") == Settings()


@pytest.mark.parametrize(
    "change",
    [
        {"activation_bits": 7},
        {"activation_bits": 21},
        {"weight_bits": 17},
        {"margin": 0.9},
        {"margin": float("inf")},
        {"percentile": 50.0},
    ],
)
def test_settings_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(QuantizationError):
        Settings(**change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"bits": 3}', '{"activation_bits": 16.5}', '{"margin": "2"}']
)
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ArtifactError):
        Settings.from_json(text)
