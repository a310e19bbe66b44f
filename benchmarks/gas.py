"""Where the gas of a verification goes: real proofs of bundled models, called in an EVM.

python benchmarks/gas.py      prints the table and renews it in docs/benchmarks.md
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
MARKS = ("<!-- gas -->\n", "<!-- /gas -->")

sys.path.insert(0, str(ROOT))

import modulus  # noqa: E402  # found through the line above
from benchmarks import evm_gas  # noqa: E402
from benchmarks.cases import CASES  # noqa: E402
from modulus.evm.gas import VerificationGas, estimate_verification  # noqa: E402
from modulus.evm.model import ContractModel  # noqa: E402
from modulus.reference.sealed_proof import read_file  # noqa: E402

COLUMNS = (
    ("tiny", "public", "MLP 20-32-16-2"),
    ("lenet5", "public", "LeNet-5, 784 public inputs"),
    ("lenet5", "private", "LeNet-5, private input"),
)
PARTS: tuple[tuple[str, Callable[[VerificationGas], int]], ...] = (
    ("transaction", lambda gas: gas.transaction),
    ("calldata", lambda gas: gas.calldata),
    ("five pairs", lambda gas: gas.pairing),
    ("points: rows, opening, public inputs of the circuit", lambda gas: gas.points),
    ("public values: ranges and their sum", lambda gas: gas.public_values),
    ("hashes, checks, decoding", lambda gas: gas.other),
)


@dataclass(frozen=True)
class Column:
    """One model: its parts as estimated, and what was measured."""

    title: str
    rows: int
    parts: VerificationGas
    measured: int
    deployment: int


def main() -> None:
    """Prove, call, and write the table."""
    warnings.simplefilter("ignore", UserWarning)
    text = table([column(*item) for item in COLUMNS])
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.index(MARKS[0]) + len(MARKS[0]), page.index(MARKS[1])
    PAGE.write_text(page[:before] + text + page[after:], encoding="utf-8")
    print(text)


def column(case: str, visibility: str, title: str) -> Column:
    """Compile, prove and call one model."""
    samples = CASES[case].samples()
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        compiled = modulus.compile(
            CASES[case].model(),
            samples,
            input_visibility=visibility,
            dimensions={"batch": 1},
            output=at / "keys",
        )
        compiled.prove(samples[:1]).save(at / "proof")
        spent = evm_gas.of_modulus(at)
        model = ContractModel.decode(compiled.verifying_key.encode())
        public, _, _ = read_file(model.key, (at / "proof").read_bytes())
    parts = estimate_verification(model.key, public)
    rows = len(compiled.verifying_key.schedule.row_kinds)
    return Column(title, rows, parts, spent["verify_gas"], spent["deploy_gas"])


def table(columns: list[Column]) -> str:
    """Format parts and totals as Markdown."""
    lines = [
        "| | " + " | ".join(f"{item.title}, {item.rows} rows" for item in columns) + " |",
        "| --- |" + " ---: |" * len(columns),
    ]
    for name, part in PARTS:
        lines.append(line(name, [part(item.parts) for item in columns]))
    lines.append(line("sum of these parts", [item.parts.total for item in columns]))
    lines.append(line("measured", [item.measured for item in columns]))
    lines.append(line("deployment, measured", [item.deployment for item in columns]))
    return "\n".join(lines) + "\n"


def line(name: str, numbers: list[int]) -> str:
    """One row of the table."""
    return f"| {name} | " + " | ".join(f"{number:,}" for number in numbers) + " |"


if __name__ == "__main__":
    main()
