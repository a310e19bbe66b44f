"""Hostile and damaged models, read with little address space: a typed error for each of them."""

from __future__ import annotations

import contextlib
import json
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.errors import InternalError, ModulusError
from modulus.frontend import load_onnx
from modulus.quantize import quantize
from tests.fuzz.budget import THOROUGH, examples
from tests.fuzz.hostile_models import HOSTILE, deep_bytes

ROOT = Path(__file__).parents[2]
ROOM = 2 << 30
"""Address space that reading may still take: constants that are folded, threads; but no bomb."""
HARMLESS = {"loop of -1"}
"""Models that only look bad: a loop of no iterations hands its state on."""
DAMAGED = 20_000 if THOROUGH else 150

pytestmark = pytest.mark.fuzz


def verdict(data: bytes) -> str:
    """The name of the error that a model ends in, or "accepted"."""
    try:
        graph = load_onnx(data)
        quantize(graph, {info.name: (-3.0, 3.0) for info in graph.inputs})
    except InternalError:
        raise
    except ModulusError as error:
        return type(error).__name__
    return "accepted"


def say(name: str, data: bytes) -> None:
    sys.stderr.write(f"{name}\n")
    sys.stdout.write(json.dumps([name, verdict(data)]) + "\n")


def sweep() -> None:
    """Read everything with little address space; runs in a process of its own."""
    verdict(HOSTILE["unknown operator"]().SerializeToString())
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + ROOM, -1))
    for name, make in HOSTILE.items():
        say(name, make().SerializeToString())
    for depth in (10, 40, 1000, 100_000):
        say(f"depth {depth}", deep_bytes(depth))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits address space")
def test_hostile_models_are_refused_in_little_memory():
    finished = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import sweep; sweep()"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    verdicts = dict(json.loads(line) for line in finished.stdout.splitlines())
    assert len(verdicts) == len(HOSTILE) + 4
    accepted = {name for name, found in verdicts.items() if found == "accepted"}
    assert accepted == HARMLESS


def damaged() -> Iterator[bytes]:
    """A bundled model, cut short or with a few other bytes."""
    sound = (ROOT / "examples/models/tiny.onnx").read_bytes()
    for number in range(DAMAGED):
        chosen = random.Random(number)
        data = bytearray(sound)
        for _ in range(chosen.randrange(4)):
            data[chosen.randrange(len(data))] = chosen.randrange(256)
        yield bytes(data[: chosen.randrange(len(data))] if number % 3 == 0 else data)


def test_damaged_models_are_refused_or_read():
    for data in damaged():
        verdict(data)


@examples(60)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes):
    with contextlib.suppress(ModulusError):
        load_onnx(data)
        raise AssertionError("read as a model")
