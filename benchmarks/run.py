"""`make bench`: times and memory of compile, prove and verify, each in fresh processes.

A phase is one process from start to exit, imports included, so that nothing is warm but the page
cache and the powers of tau; compiling includes the seal's development setup. Time is wall time;
memory is the peak resident set of that process, from the operating system. Medians over the
repetitions are printed; every single measurement is in the JSON file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
WORKER = ROOT / "benchmarks" / "worker.py"

sys.path.insert(0, str(ROOT))

from benchmarks.cases import CASES  # noqa: E402  # found through the line above
from benchmarks.processes import Measurement, machine, measure, summary  # noqa: E402
from modulus import seals  # noqa: E402

FORMS = ("transparent", "sealed")
PHASES = ("compile", "prove", "verify", "verify-reference")


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
    path = RESULTS / f"{options.label}.json"
    with own_cache():
        for case in cases:
            print(f"{case}: {CASES[case].description}", flush=True)
            for form in options.form or FORMS:
                results["cases"][f"{case} {form}"] = measure_case(case, form, options.repeats)
                path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"\n{table(results)}\n\nwrote {path.relative_to(ROOT)}")


@contextmanager
def own_cache() -> Iterator[None]:
    """Let this process and its children keep setups in a folder that is removed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MODULUS_CACHE"] = folder
        yield


def measure_case(case: str, form: str, repeats: int) -> dict[str, Any]:
    """Measure all phases of a case in one scratch folder."""
    with tempfile.TemporaryDirectory() as folder:
        # One compilation more than is measured: it makes the powers of tau, once per machine.
        measure(command("compile", case, form, folder))
        phases: dict[str, Any] = {}
        for phase in PHASES:
            count = 1 if phase == "verify-reference" else repeats
            phases[phase] = summary([run_phase(phase, case, form, folder) for _ in range(count)])
        proof_bytes = (Path(folder) / "proof").stat().st_size
        costs = json.loads((Path(folder) / "keys" / "report.json").read_text())["costs"]
    return {
        "description": CASES[case].description,
        "phases": phases,
        "proof_bytes": proof_bytes,
        "costs": costs,
    }


def run_phase(phase: str, case: str, form: str, folder: str) -> Measurement:
    """Run a phase; compiling makes the seal's development setup each time."""
    if phase == "compile":
        shutil.rmtree(seals.cache_folder(), ignore_errors=True)
    return measure(command(phase, case, form, folder))


def command(phase: str, case: str, form: str, folder: str) -> list[str]:
    """Return what runs one phase in a process of its own."""
    return [sys.executable, str(WORKER), phase, case, form, folder]


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
