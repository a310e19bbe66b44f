"""`make packaged-models`: accuracy and proofs of models inside other people's packages.

Compiles each, compares its integers with ONNX Runtime, proves one inference, writes
benchmarks/results/packaged.json and renews the table of docs/third-party.md.
"""

from __future__ import annotations

import argparse
import resource
import time
import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import modulus
from benchmarks.pages import conditions, record, renew
from benchmarks.processes import machine
from examples.packaged_models import MODELS, Packaged, compared, compile_packaged, held_out

MEASURED = (
    "model", "package", "task", "weights", "equal decisions", "error",
    "compile", "prove", "verify", "proof", "memory",
)  # fmt: skip
REFUSED = ("model", "package", "file", "refused because")
Rows = Mapping[str, dict[str, Any]]


def main() -> None:
    """Measure the models that are named, or all; the page is renewed when all are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[[], *MODELS], metavar="NAME")
    parser.add_argument("--transparent", action="store_true", help="prove without a seal: faster")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    results: dict[str, Any] = {"machine": machine()}
    rows = results["models"] = {}
    for name in options.names or MODELS:
        model = MODELS[name]
        about = {"package": f"{model.package} {version(model.package)}", "file": model.file}
        seal = not options.transparent and not model.large
        own = refusal(model) if model.refused else measured(model, seal=seal)
        rows[name] = {**about, "licence": model.licence, "task": model.task, **own}
        print((refused if model.refused else accepted)(name, rows[name]), flush=True)
    if not options.names:
        record("packaged", results)
        renew("third-party.md", "packaged", f"{conditions(results['machine'])}\n{tables(rows)}")


def refusal(model: Packaged) -> dict[str, Any]:
    """Why a model cannot be compiled.

    Raises:
        SystemExit: It can.
    """
    try:
        compile_packaged(model)
    except modulus.ModulusError as error:
        # Of a list of nodes, the count and the first.
        first_lines = error.message.split("\n")[:2]
        return {"refused": " ".join(line.strip() for line in first_lines)}
    raise SystemExit(f"{model.file} compiles: it is no example of a refusal any more")


def measured(model: Packaged, *, seal: bool) -> dict[str, Any]:
    """Compile, compare, prove and verify; the memory is the process's peak so far."""
    began = time.perf_counter()
    compiled = compile_packaged(model, seal=seal)
    compiling = time.perf_counter() - began
    quality = compared(model, compiled)
    inputs = held_out(model)[0]
    began = time.perf_counter()
    proof = compiled.prove(inputs, transparent=not seal)
    proving = time.perf_counter() - began
    modulus.verify(proof, compiled.verifying_key)
    verifying = time.perf_counter() - began - proving
    return {
        "sealed": seal,
        "weights": compiled.report["costs"]["committed_entries"]["weights"],
        "agreement": quality.agreement,
        "error": quality.error,
        "compile_seconds": compiling,
        "prove_seconds": proving,
        "verify_seconds": verifying,
        "proof_bytes": len(proof),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10,
    }


def tables(rows: Rows) -> str:
    """The models that are proven, and those that are refused."""
    proven = [accepted(name, row) for name, row in rows.items() if "refused" not in row]
    others = [refused(name, row) for name, row in rows.items() if "refused" in row]
    head = [cells(MEASURED), cells(["---"] * 3 + ["---:"] * (len(MEASURED) - 3))]
    foot = [cells(REFUSED), cells(["---"] * len(REFUSED))]
    return "\n".join([*head, *proven, "", *foot, *others]) + "\n"


def accepted(name: str, row: Mapping[str, Any]) -> str:
    """A row of the first table."""
    return cells([
        name,
        row["package"],
        row["task"],
        f"{row['weights']:,}",
        f"{row['agreement']:.1%}",
        f"{row['error']:.1e}",
        *(f"{row[f'{phase}_seconds']:.1f} s" for phase in ("compile", "prove", "verify")),
        f"{row['proof_bytes']:,} B, {'sealed' if row['sealed'] else 'transparent'}",
        f"{row['peak_bytes'] >> 20:,} MiB",
    ])  # fmt: skip


def refused(name: str, row: Mapping[str, Any]) -> str:
    """A row of the second table."""
    return cells([name, row["package"], f"`{row['file']}`", row["refused"]])


def cells(texts: Sequence[str]) -> str:
    """A row of Markdown."""
    return "| " + " | ".join(texts) + " |"


if __name__ == "__main__":
    main()
