"""`make models`: accuracy and proofs of a trained model of every family.

Compares integers with ONNX Runtime on all held-out samples, proves one of them, writes
benchmarks/results/models.json and renews the table of docs/models.md. Names of families measure
these alone and keep what the others had.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from dataclasses import asdict, dataclass

import modulus
from benchmarks.pages import conditions, record, renew
from benchmarks.processes import ROOT, machine
from examples.models.families.registry import FAMILIES, path
from examples.models.families.report import CALIBRATION, fidelity, quality

COLUMNS = (
    "family", "float model", "held out", "equal decisions", "error",
    "compile", "prove", "processor time", "verify", "proof",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What was measured of one family."""

    title: str
    quality: str
    """Of the float model, on the held-out samples."""
    samples: int
    refused: int
    """Held-out samples that leave the calibrated ranges; the others were compared."""
    decisions: int
    agreeing: int
    error: float
    """Largest of any output entry, over the largest size of that output."""
    compile_seconds: float
    prove_seconds: float
    prove_processor_seconds: float
    verify_seconds: float
    proof_bytes: int


def main() -> None:
    """Measure the named families, or all, and renew the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *FAMILIES], metavar="FAMILY")
    names = parser.parse_args().names
    warnings.simplefilter("ignore")
    about, rows = machine(), {}
    if names:
        held = json.loads((ROOT / "benchmarks/results/models.json").read_text(encoding="utf-8"))
        about, rows = held["machine"], {key: Row(**row) for key, row in held["families"].items()}
    for name in names or FAMILIES:
        rows[name] = measured(name)
        print(line(rows[name]), flush=True)
    ordered = {name: rows[name] for name in FAMILIES if name in rows}
    families = {name: asdict(row) for name, row in ordered.items()}
    record("models", {"machine": about, "families": families})
    heading = "| " + " | ".join(COLUMNS) + " |\n| --- |" + " ---: |" * (len(COLUMNS) - 1) + "\n"
    table = heading + "".join(f"{line(row)}\n" for row in ordered.values())
    renew("models.md", "families", f"{conditions(about)}\n{table}")


def measured(name: str) -> Row:
    """Compile, compare and prove one family; the proof is transparent."""
    family = FAMILIES[name]
    seen = family.feed(family.load("train")[0][:CALIBRATION])
    first = family.feed(family.load("test")[0][:1])
    began = time.perf_counter()
    model = modulus.compile(path(name), seen, weights="public", transparent_only=True)
    compiled, processor = time.perf_counter(), time.process_time()
    proof = model.prove(first, transparent=True)
    proven, spent = time.perf_counter(), time.process_time() - processor
    modulus.verify(proof, model.verifying_key)
    verified = time.perf_counter()
    found = fidelity(name)
    return Row(
        title=family.title,
        quality=quality(name),
        samples=found.samples,
        refused=found.refused,
        decisions=found.decisions,
        agreeing=found.agreeing,
        error=found.error,
        compile_seconds=compiled - began,
        prove_seconds=proven - compiled,
        prove_processor_seconds=spent,
        verify_seconds=verified - proven,
        proof_bytes=len(proof),
    )


def line(row: Row) -> str:
    """A row of the table."""
    refused = f", {row.refused} refused" if row.refused else ""
    equal = f"{row.agreeing:,} of {row.decisions:,}" if row.decisions else "-"
    seconds = (row.compile_seconds, row.prove_seconds, row.prove_processor_seconds)
    cells = (
        row.title,
        row.quality,
        f"{row.samples:,}{refused}",
        equal,
        f"{row.error:.1e}",
        *(f"{number:.2f} s" for number in (*seconds, row.verify_seconds)),
        f"{row.proof_bytes:,} B",
    )
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
