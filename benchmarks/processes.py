"""Whole processes: their wall time and peak memory, and the machine they ran on."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Measurement:
    """One process."""

    seconds: float
    """Wall time from fork to exit."""
    cpu_seconds: float
    """Time on all cores, in user and system mode: what a busy machine changes least."""
    peak_bytes: int
    """Largest resident set."""
    inner_seconds: float
    """Wall time of the phase's one call inside the process, without start and imports."""


def measure(command: Sequence[str]) -> Measurement:
    """Run a command whose last line is JSON with the seconds of its one call.

    Raises:
        SystemExit: The command failed.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    if process.stdout is None:
        raise SystemExit("the process has no output")
    output = process.stdout.read()
    # wait4 gives the peak of this child alone, not of all children so far.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed with exit code {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    inner = json.loads(output.splitlines()[-1])["seconds"]
    cpu = usage.ru_utime + usage.ru_stime
    return Measurement(seconds, cpu, usage.ru_maxrss * unit, inner)


def summary(runs: Sequence[Measurement]) -> dict[str, Any]:
    """Medians, and every single run."""
    return {
        "seconds": statistics.median(run.seconds for run in runs),
        "cpu_seconds": statistics.median(run.cpu_seconds for run in runs),
        "inner_seconds": statistics.median(run.inner_seconds for run in runs),
        "peak_bytes": int(statistics.median(run.peak_bytes for run in runs)),
        "runs": [vars(run) for run in runs],
    }


def machine() -> dict[str, Any]:
    """Describe what the numbers were measured on, and how busy it was."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [
            line.split(":", 1)[1].strip()
            for line in information.read_text().splitlines()
            if line.startswith("model name")
        ]
        processor = names[0] if names else processor
    return {
        "processor": processor,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "load_before": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }
