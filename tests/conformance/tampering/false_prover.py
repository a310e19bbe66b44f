"""The prover that proves whatever it is told: `crates/protocol/examples/false_prover.rs`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[3]
NAME = "false_prover"


def built() -> Path:
    """Build the prover as `make test-rust` does, which leaves nothing to do after that."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    flags = os.environ.get("RUSTFLAGS", "-C target-cpu=native")
    # The same packages as there: the features of what they share are the same then.
    packages = ["--workspace", "--exclude=modulus-python"]
    subprocess.run(
        ["cargo", "build", "--quiet", "--profile=tests", *packages, "--example", NAME],
        cwd=ROOT,
        env=os.environ | {"CARGO_TARGET_DIR": str(target), "RUSTFLAGS": flags},
        check=True,
    )
    return target / "tests" / "examples" / NAME


class FalseProver:
    """One process for all proofs: it reads the powers of tau once."""

    def __init__(self, powers: Path, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [str(built()), str(powers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def prove(self, key: bytes, tensors: Mapping[int, NDArray[Any]]) -> bytes:
        """Prove what the tensors say, true or not, for the empty context."""
        (self._folder / "key").write_bytes(key)
        (self._folder / "tensors").write_bytes(
            b"".join(_encoded(number, array) for number, array in tensors.items())
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{self._folder}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer == "proven", answer
        return (self._folder / "proof").read_bytes()


def _encoded(number: int, array: NDArray[Any]) -> bytes:
    entries = np.ascontiguousarray(array, dtype="<i8")
    return number.to_bytes(4, "little") + entries.size.to_bytes(8, "little") + entries.tobytes()
