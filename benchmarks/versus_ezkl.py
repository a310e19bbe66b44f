"""`make bench-ezkl`: sealed proofs beside EZKL's, on the same models and inputs, in the same run.

Both sides work in whole processes, imports included, one at a time and in turns. Powers of tau are
made before and not counted; everything else that a new model needs is. Proofs are of the same
sample with input and output public; the weights are private here and fixed in EZKL's key. Gas is
what one transaction to each side's contract uses in an EVM.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "ezkl.json"
PAGE = ROOT / "docs" / "benchmarks.md"
EZKL_WORKER = ROOT / "benchmarks" / "ezkl_worker.py"
MARKS = ("<!-- ezkl -->\n", "<!-- /ezkl -->")

sys.path.insert(0, str(ROOT))

from benchmarks import evm_gas  # noqa: E402  # found through the line above
from benchmarks.cases import CASES  # noqa: E402
from benchmarks.processes import Measurement, machine, measure, summary  # noqa: E402
from benchmarks.run import command, own_cache, run_phase  # noqa: E402

DEFAULT_CASES = ("tiny", "lenet5")
"""The perceptron with a million parameters takes EZKL more memory than small machines have."""

CALIBRATION_SAMPLES = 10
PHASES = (("compile", "setup"), ("prove", "prove"), ("verify", "verify"))
"""What each side calls the same thing."""


def main() -> None:
    """Measure, write the results, and renew the table of the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--case", action="append", choices=sorted(CASES), help="default: tiny, lenet5"
    )
    parser.add_argument("--repeats", type=int, default=3, help="processes per phase (3)")
    parser.add_argument(
        "--ezkl", type=Path, default=ROOT / ".venv" / "ezkl" / "bin" / "python",
        help="interpreter that has EZKL",
    )  # fmt: skip
    options = parser.parse_args()
    results: dict[str, Any] = {"machine": machine(), "repeats": options.repeats, "cases": {}}
    for case in options.case or DEFAULT_CASES:
        print(f"{case}: {CASES[case].description}", flush=True)
        results["cases"][case] = measure_case(case, options.ezkl, options.repeats)
        RESULT.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    text = table(results)
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.index(MARKS[0]) + len(MARKS[0]), page.index(MARKS[1])
    PAGE.write_text(page[:before] + text + page[after:], encoding="utf-8")
    print(f"\n{text}\nwrote {RESULT.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")


def measure_case(case: str, interpreter: Path, repeats: int) -> dict[str, Any]:
    """Measure both sides in turns, in one scratch folder."""
    with own_cache(), tempfile.TemporaryDirectory() as folder:
        prepare(case, Path(folder))
        measure(command("compile", case, "sealed", folder))

        def theirs(phase: str) -> Measurement:
            return measure([str(interpreter), str(EZKL_WORKER), phase, folder])

        theirs("srs")
        ours_runs: dict[str, list[Measurement]] = {name: [] for name, _ in PHASES}
        their_runs: dict[str, list[Measurement]] = {name: [] for name, _ in PHASES}
        for name, their_name in PHASES:
            for _ in range(repeats):
                ours_runs[name].append(run_phase(name, case, "sealed", folder))
                their_runs[name].append(theirs(their_name))
        theirs("contract")
        at = Path(folder)
        return {
            "description": CASES[case].description,
            "modulus": side(ours_runs, (at / "proof").stat().st_size, evm_gas.of_modulus(at)),
            "ezkl": side(their_runs, (at / "calldata.bin").stat().st_size, evm_gas.of_ezkl(at)),
        }


def side(runs: dict[str, list[Measurement]], proof: int, gas: dict[str, Any]) -> dict[str, Any]:
    """Everything about one tool; `proof` in bytes, public values included."""
    return {
        "phases": {name: summary(measured) for name, measured in runs.items()},
        "proof_bytes": proof,
        **gas,
    }


def prepare(case: str, folder: Path) -> None:
    """Write the model with a batch of one, an input and calibration samples for EZKL."""
    source = CASES[case].model()
    model = onnx.load(source) if isinstance(source, Path) else source
    for info in (*model.graph.input, *model.graph.output):
        first = info.type.tensor_type.shape.dim[0]
        first.Clear()
        first.dim_value = 1
    onnx.save(model, folder / "net.onnx")
    samples = CASES[case].samples()
    for name, chosen in (("input", samples[:1]), ("calibration", samples[:CALIBRATION_SAMPLES])):
        data = {"input_data": [np.asarray(chosen, dtype=np.float64).reshape(-1).tolist()]}
        (folder / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")


def table(results: dict[str, Any]) -> str:
    """Format medians side by side as Markdown, with the ratio of the two."""
    about = results["machine"]
    memory_size = f"{about['memory_bytes'] / 2**30:.0f} GiB"
    lines = [
        f"{about['cores']} cores of {about['processor']}, {memory_size}.",
        f"Medians of {results['repeats']}; load before the run {about['load_before']:.1f}.",
        "",
        "| model | | Modulus | EZKL | EZKL / Modulus |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for case in results["cases"].values():
        ours, theirs = case["modulus"], case["ezkl"]
        title = case["description"]
        for name, _ in PHASES:
            pair = [item["phases"][name] for item in (ours, theirs)]
            label = "compile and set up" if name == "compile" else name
            lines.append(row(title, label, [item["seconds"] for item in pair], "{:.2f} s"))
            title = ""
        cpu = [item["phases"]["prove"].get("cpu_seconds") for item in (ours, theirs)]
        lines.append(row("", "prove, time on all cores", cpu, "{:.2f} s"))
        memory = [item["phases"]["prove"]["peak_bytes"] / 2**20 for item in (ours, theirs)]
        lines.append(row("", "peak memory of prove", memory, "{:,.0f} MiB"))
        sizes = [item["proof_bytes"] / 1000 for item in (ours, theirs)]
        lines.append(row("", "proof with public values", sizes, "{:.1f} kB"))
        for key, label in (("verify_gas", "gas to verify"), ("deploy_gas", "gas to deploy")):
            lines.append(row("", label, [ours[key], theirs[key]], "{:,.0f}"))
    return "\n".join(lines) + "\n"


def row(title: str, label: str, pair: Sequence[float | None], form: str) -> str:
    """One line of the table; what could not be measured is left open."""
    cells = ["-" if value is None else form.format(value) for value in pair]
    ours, theirs = pair
    cells.append("-" if not ours or theirs is None else f"{theirs / ours:.1f}")
    return f"| {title} | {label} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
