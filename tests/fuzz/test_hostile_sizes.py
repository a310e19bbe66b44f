"""Sizes that a file states are checked before memory is taken: no small file asks for gigabytes.

Every position of an honest file is overwritten with large numbers of every width. Python's own
allocations are traced; what native code and NumPy take is limited for a process of its own, in
which an allocation beyond the limit fails.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from modulus.errors import ModulusError
from tests.fuzz.budget import THOROUGH
from tests.fuzz.targets import NAMES, TARGETS, Target

ROOT = Path(__file__).parents[2]
TRACED_LIMIT = 48 << 20
"""Bytes that decoding a file of some kilobytes may take at its peak."""
ROOM = 1 << 30
"""Address space that the process of its own may still take: threads and arenas, but no bomb."""
STATEMENTS = [
    number.to_bytes(width, "little")
    for width, numbers in {
        4: [(1 << 32) - 1, 1 << 31, 1 << 28, 1 << 24],
        8: [(1 << 64) - 1, (1 << 63) - 1, 1 << 40, 1 << 33],
    }.items()
    for number in numbers
]
TRACED = 25
"""Cases of one decoder that are traced in the ordinary run; tracing takes most of their time."""
SWEPT = 3
"""One of so many cases is tried with little address space in the ordinary run."""
GROUPS = [NAMES[::2], NAMES[1::2]]
"""Decoders that share a process."""

pytestmark = pytest.mark.fuzz


def statements(target: Target) -> Iterator[bytes]:
    """Honest bytes with one large number in them."""
    count = 0
    for seed in target.seeds():
        for position in range(0, len(seed), 1 if THOROUGH else target.stride):
            # The sweep takes turns with the numbers, so that an ordinary run sees all of them.
            chosen = STATEMENTS if THOROUGH else [STATEMENTS[count % len(STATEMENTS)]]
            count += 1
            for number in chosen:
                yield seed[:position] + number + seed[position + len(number) :]
        for number in STATEMENTS:
            for position in range(16, min(64, len(seed)), 1 if THOROUGH else 6):
                yield seed[:position] + number + seed[position + len(number) :]


@pytest.mark.parametrize("name", NAMES)
def test_no_stated_size_is_allocated_in_python(name: str) -> None:
    target = TARGETS[name]
    cases = list(statements(target))
    if not THOROUGH:
        cases = cases[:: max(1, len(cases) // TRACED)]
    tracemalloc.start()
    try:
        for data in cases:
            tracemalloc.reset_peak()
            held, _ = tracemalloc.get_traced_memory()
            with suppress(ModulusError):
                target.decode(data)
            _, peak = tracemalloc.get_traced_memory()
            assert peak - held < TRACED_LIMIT
    finally:
        tracemalloc.stop()


def sweep(names: list[str]) -> None:
    """Decode everything with little address space; runs in a process of its own."""
    for name in names:
        sys.stderr.write(f"{name}\n")
        target = TARGETS[name]
        cases = list(statements(target))[:: 1 if THOROUGH else SWEPT]
        with suppress(ModulusError):
            target.decode(target.seeds()[0])
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + ROOM, -1))
        for data in cases:
            with suppress(ModulusError):
                target.decode(data)
        resource.setrlimit(resource.RLIMIT_AS, (-1, -1))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits address space")
@pytest.mark.parametrize("names", GROUPS)
def test_no_stated_size_is_allocated_at_all(names: list[str]) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import sweep; sweep({names!r})"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "RAYON_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
