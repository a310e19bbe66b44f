"""Access to the language-neutral vectors."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).resolve().parents[3] / "vectors"


@pytest.fixture(scope="session")
def load_vectors() -> Callable[[str], Any]:
    """Reader of one vector file by its path below vectors/."""

    def load(name: str) -> Any:
        return json.loads((VECTORS / name).read_text(encoding="utf-8"))

    return load
