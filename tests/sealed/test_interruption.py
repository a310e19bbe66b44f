"""Progress of sealing and of its setup, and stopping in the middle of both."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

import modulus
from modulus._native import Circuit
from modulus.seals import for_compiling
from tests.support import compiled as support


@pytest.fixture(autouse=True)
def _powers_of_tau(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(support.cache_folder()))


def stopping(at: str, share: float, error: type[BaseException]) -> Callable[[str, float], None]:
    """A callback that stops once a stage has come so far."""

    def report(stage: str, fraction: float) -> None:
        if stage == at and fraction >= share:
            raise error

    return report


def prove(progress: Callable[[str, float], None]) -> modulus.Proof:
    model = support.compiled(weights="private")
    return model.prove(support.samples()[:1], context=support.CONTEXT, progress=progress)


@pytest.mark.parametrize(
    ("share", "error"),
    [(0.0, KeyboardInterrupt), (0.5, ZeroDivisionError), (0.7, KeyboardInterrupt)],
)
def test_sealing_stops_between_its_parts(share: float, error: type[BaseException]) -> None:
    with pytest.raises(error):
        prove(stopping("seal", share, error))


def test_sealing_reports_what_is_done() -> None:
    seen: list[tuple[str, float]] = []
    prove(lambda stage, fraction: seen.append((stage, fraction)))
    fractions = [fraction for stage, fraction in seen if stage == "seal"]
    assert fractions == sorted(fractions)
    assert len(fractions) > 4
    assert fractions[-1] == 1.0


def test_a_stopped_setup_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(tmp_path))
    circuit = Circuit(support.compiled(weights="private").verifying_key.schedule_bytes)
    with pytest.raises(KeyboardInterrupt):
        for_compiling(circuit, stopping("set up the seal", 0.4, KeyboardInterrupt))
    assert not list(tmp_path.rglob("*"))


def test_a_setup_reports_what_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(tmp_path))
    circuit = Circuit(support.compiled(weights="private").verifying_key.schedule_bytes)
    seen: list[float] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for_compiling(circuit, lambda _, fraction: seen.append(fraction))
    assert seen == sorted(seen)
    assert len(seen) > 4
    assert 0 <= seen[0] < seen[-1] < 1
