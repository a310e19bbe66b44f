"""The example of signed inputs and chained models runs as it is written."""

from __future__ import annotations

import pytest

from examples import committed_features
from tests.support import compiled as support


def test_the_example_of_signed_inputs_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(support.cache_folder()))
    committed_features.main()
    shown = capsys.readouterr().out
    assert "for the signed record" in shown
    assert "rejected, other_commitment" in shown
