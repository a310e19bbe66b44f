"""Refusal of work that does not fit the machine, before it starts."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from modulus.errors import ResourceError

MEBIBYTE = 1 << 20

_CGROUP = Path("/sys/fs/cgroup")


def available_memory() -> int:
    """Return the bytes of memory that this process can still take.

    The smaller of what the machine has free and what the process's control group leaves, which is
    the limit inside a container.
    """
    free = int(psutil.virtual_memory().available)
    limit = _group_headroom()
    return free if limit is None else min(free, limit)


def check_memory(required: int, work: str) -> None:
    """Refuse work that needs more memory than is free.

    Args:
        required: Estimated peak in bytes.
        work: What is about to be done, for the message.

    Raises:
        ResourceError: With both numbers.
    """
    free = available_memory()
    if required > free:
        raise ResourceError(
            f"{work} needs about {mebibytes(required)} MiB of memory, "
            f"{mebibytes(free)} MiB are free",
            hint="close other programs, take a machine with more memory, or compile with "
            "smaller rows (row_bits) or fewer activation bits",
        )


def mebibytes(count: int) -> str:
    """Format a number of bytes."""
    return f"{-(-count // MEBIBYTE):,}"


def usable_cores() -> int:
    """Return the number of cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _group_headroom() -> int | None:
    """Return what a version 2 control group leaves, None without a limit."""
    try:
        limit = (_CGROUP / "memory.max").read_text().strip()
        used = (_CGROUP / "memory.current").read_text().strip()
        cached = _reclaimable((_CGROUP / "memory.stat").read_text())
    except OSError:
        return None
    if not limit.isdigit() or not used.isdigit():
        return None
    return max(int(limit) - int(used) + cached, 0)


def _reclaimable(statistics: str) -> int:
    """Return the page cache that the kernel gives up under pressure."""
    for line in statistics.splitlines():
        name, _, value = line.partition(" ")
        if name == "inactive_file" and value.isdigit():
            return int(value)
    return 0
