"""Proofs of the simulator for the forge tests: contracts/test/fixtures.

Run this file to write them; a test fails if they differ from what it would write.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from modulus.evm.verifying_data import verifying_data
from modulus.reference.sealed_key import PublicRange
from tests.evm.simulator import Statement, make_key, simulate

FOLDER = Path(__file__).parents[2] / "contracts" / "test" / "fixtures"

INT8 = (-128, 127)
INT16 = (-(1 << 15), (1 << 15) - 1)
INT32 = (-(1 << 31), (1 << 31) - 1)


def mlp(seed: int = 1) -> Statement:
    """As a 20-32-16-2 network: public input and output, five rows."""
    rng = random.Random(seed)
    public = (PublicRange(20, 2, *INT16), PublicRange(2, 4, *INT32))
    return simulate(rng, *make_key(rng, public))


def lenet(seed: int = 2) -> Statement:
    """As LeNet-5 with public input: 784 values, ten outputs, seven rows."""
    rng = random.Random(seed)
    public = (PublicRange(784, 2, *INT16), PublicRange(10, 4, *INT32))
    return simulate(rng, *make_key(rng, public, trace=3, helpers=2))


def lenet_private(seed: int = 3) -> Statement:
    """As LeNet-5 with private input."""
    rng = random.Random(seed)
    return simulate(rng, *make_key(rng, (PublicRange(10, 4, *INT32),), trace=3, helpers=2))


def lenet_committed(seed: int = 4) -> Statement:
    """As LeNet-5 with committed input: one of its seven rows."""
    rng = random.Random(seed)
    public = (PublicRange(10, 4, *INT32),)
    return simulate(rng, *make_key(rng, public, committed=1, trace=2, helpers=2))


def mixed(seed: int = 5) -> Statement:
    """All widths, odd counts, narrow ranges, two committed rows."""
    rng = random.Random(seed)
    public = (
        PublicRange(45, 1, -3, 100),
        PublicRange(1, 8, -(1 << 63), (1 << 63) - 1),
        PublicRange(37, 2, -300, -7),
        PublicRange(3, 4, 0, 70_000),
        PublicRange(9, 8, -5, 1 << 40),
    )
    return simulate(rng, *make_key(rng, public, fixed=3, committed=2, trace=1, helpers=2))


def silent(seed: int = 6) -> Statement:
    """Nothing public, the fewest rows."""
    rng = random.Random(seed)
    return simulate(rng, *make_key(rng, (), fixed=0, trace=0, helpers=1))


ALL = {
    "mlp": mlp,
    "lenet": lenet,
    "lenet_private": lenet_private,
    "lenet_committed": lenet_committed,
    "mixed": mixed,
    "silent": silent,
}


def text(statement: Statement) -> str:
    """The JSON that forge reads."""
    content = {
        "verifyingData": verifying_data(statement.key),
        "context": statement.context,
        "publicValues": statement.public,
        "committedInputs": statement.committed,
        "proof": statement.body,
    }
    return json.dumps({name: f"0x{data.hex()}" for name, data in content.items()}, indent=2) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in ALL.items():
        (FOLDER / f"{name}.json").write_text(text(make()), encoding="utf-8")
