"""Committed vectors and generated constants are what the reference produces."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from modulus.reference import field

SCRIPT = Path(__file__).with_name("regenerate.py")
SOURCES = Path(field.__file__).parents[2]


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_generated_files_are_current_under_any_hash_seed(hash_seed: str) -> None:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(SOURCES)}
    finished = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
