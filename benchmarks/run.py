"""`make bench`: times and memory of compile, prove and verify, each in fresh processes.

A phase is one process from start to exit, imports included, so that nothing is warm but the page
cache. Time is wall time; memory is the peak resident set of that process, from the operating
system. Medians over the repetitions are printed; every single measurement is in the JSON file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
WORKER = ROOT / "benchmarks" / "worker.py"

sys.path.insert(0, str(ROOT))

from benchmarks.cases import CASES  # noqa: E402  # found through the line above

FORMS = ("transparent", "sealed")
PHASES = ("compile", "prove", "verify", "verify-reference")


@dataclass(frozen=True)
class Measurement:
    """One process."""

    seconds: float
    """Wall time from fork to exit."""
    peak_bytes: int
    """Largest resident set."""
    inner_seconds: float
    """Wall time of the phase's one call inside the process, without start and imports."""


def main() -> None:
    """Measure the chosen cases and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", action="append", choices=sorted(CASES), help="default: all")
    parser.add_argument("--form", action="append", choices=FORMS, help="default: both")
    parser.add_argument("--repeats", type=int, default=5, help="processes per phase (5)")
    parser.add_argument("--label", default="latest", help="name of the JSON file (latest)")
    options = parser.parse_args()
    cases = options.case or list(CASES)
    results = {"machine": machine(), "repeats": options.repeats, "cases": {}}
    RESULTS.mkdir(exist_ok=True)
    for case in cases:
        print(f"{case}: {CASES[case].description}", flush=True)
        for form in options.form or FORMS:
            results["cases"][f"{case} {form}"] = measure_case(case, form, options.repeats)
            path = RESULTS / f"{options.label}.json"
            path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"\n{table(results)}\n\nwrote {path.relative_to(ROOT)}")


def measure_case(case: str, form: str, repeats: int) -> dict[str, Any]:
    """Measure all phases of a case in one scratch folder."""
    with tempfile.TemporaryDirectory() as folder:
        # One compilation more than is measured: it makes the powers of tau, once per machine.
        measure("compile", case, form, folder)
        phases: dict[str, Any] = {}
        for phase in PHASES:
            count = 1 if phase == "verify-reference" else repeats
            runs = [measure(phase, case, form, folder) for _ in range(count)]
            phases[phase] = {
                "seconds": statistics.median(run.seconds for run in runs),
                "inner_seconds": statistics.median(run.inner_seconds for run in runs),
                "peak_bytes": int(statistics.median(run.peak_bytes for run in runs)),
                "runs": [vars(run) for run in runs],
            }
        proof_bytes = (Path(folder) / "proof").stat().st_size
        costs = json.loads((Path(folder) / "keys" / "report.json").read_text())["costs"]
    return {
        "description": CASES[case].description,
        "phases": phases,
        "proof_bytes": proof_bytes,
        "costs": costs,
    }


def measure(phase: str, case: str, form: str, folder: str) -> Measurement:
    """Run one phase in a process of its own."""
    command = [sys.executable, str(WORKER), phase, case, form, folder]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    if process.stdout is None:
        raise SystemExit("the worker has no output")
    output = process.stdout.read()
    # wait4 gives the peak of this child alone, not of all children so far.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{phase} of {case} failed with exit code {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Measurement(seconds, usage.ru_maxrss * unit, json.loads(output)["seconds"])


def machine() -> dict[str, Any]:
    """Describe what the numbers were measured on."""
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
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def table(results: dict[str, Any]) -> str:
    """Format medians: whole processes, the call alone in brackets."""
    header = ["case", *(f"{phase}" for phase in PHASES), "prove memory", "proof"]
    rows = [header]
    for case, result in results["cases"].items():
        phases = result["phases"]
        times = [
            f"{phases[phase]['seconds']:.2f} s ({phases[phase]['inner_seconds']:.3f})"
            for phase in PHASES
        ]
        memory = f"{phases['prove']['peak_bytes'] / 2**20:.0f} MiB"
        rows.append([case, *times, memory, f"{result['proof_bytes'] / 1000:.1f} kB"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


if __name__ == "__main__":
    main()
