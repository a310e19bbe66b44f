"""A local chain for the demo and for tests: starts anvil, waits until it answers, stops it."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MNEMONIC = "test test test test test test test test test test test junk"
KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
"""First account of the mnemonic, published with every Ethereum tool; it owns nothing anywhere."""

SECOND_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
"""The second account."""


@dataclass(frozen=True, slots=True)
class Anvil:
    """A running node."""

    rpc: str
    private_key: str
    chain_id: int


def binary() -> Path | None:
    """The node's own executable, since the wrapper would leave it running; None without npm."""
    found = sorted((ROOT / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil*"))
    return found[0] if found else None


@contextmanager
def running(chain_id: int = 31337) -> Iterator[Anvil]:
    """A fresh chain on a free port."""
    path = binary()
    if path is None:
        raise FileNotFoundError("the node is not installed: run `make demo` or `npm install`")
    command = [str(path), "--port", "0", "--chain-id", str(chain_id), "--mnemonic", MNEMONIC]
    with subprocess.Popen(  # noqa: S603  (a constant command)
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as (process):
        try:
            address = _address(process)
            # What it goes on printing must not fill the pipe.
            threading.Thread(target=lambda: list(process.stdout or ()), daemon=True).start()
            yield Anvil(address, KEY, chain_id)
        finally:
            process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    """Read what the node prints until it says where it listens."""
    printed = []
    for line in process.stdout or ():
        printed.append(line)
        if found := re.search(r"Listening on (\S+)", line):
            return f"http://{found[1]}"
    raise RuntimeError("anvil ended before it listened:\n" + "".join(printed))
