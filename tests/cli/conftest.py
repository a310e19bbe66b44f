from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from modulus.cli import main
from tests.support import compiled as support

Run = Callable[..., int]


@pytest.fixture(autouse=True)
def _powers_of_tau(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(support.cache_folder()))


@pytest.fixture
def run() -> Run:
    """Run the command line in this process; usage errors end as their exit code."""

    def run(*arguments: object) -> int:
        try:
            return main([str(argument) for argument in arguments])
        except SystemExit as stop:
            return stop.code if isinstance(stop.code, int) else 1

    return run


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """What `modulus compile` wrote."""
    support.compiled().save(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """One input."""
    path = tmp_path / "input.npz"
    np.savez(path, features=support.samples()[:1])
    return path


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """A proof for `sample` in the context 0x74657374."""
    path = tmp_path / "proof"
    support.proof().save(path)
    return path
