"""What a batch saves: one sealed proof for many digits, per digit.

python benchmarks/batch.py      prints the table of docs/batches.md
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

sys.path.insert(0, str(ROOT))

import modulus  # noqa: E402  # found through the line above
from benchmarks import evm_gas  # noqa: E402
from examples.models.data import digits  # noqa: E402

MODEL = ROOT / "examples" / "models" / "mlp.onnx"
SIZES = (1, 8, 64)
CALIBRATION_SAMPLES = 64


def main() -> None:
    """Compile, prove and verify a batch of each size."""
    warnings.simplefilter("ignore", UserWarning)
    train, test = digits("train")[0], digits("test")[0]
    print("| digits in one proof | prove, time on all cores per digit | proof | gas per digit |")
    print("| ---: | ---: | ---: | ---: |")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            at = Path(folder)
            model = modulus.compile(
                MODEL,
                train[:CALIBRATION_SAMPLES],
                input_visibility="private",
                dimensions={"batch": size},
                output=at / "keys",
            )
            model.prove(test[:size])
            start = time.process_time()
            proof = model.prove(test[:size])
            seconds = time.process_time() - start
            proof.save(at / "proof")
            gas = evm_gas.of_modulus(at)["verify_gas"]
        print(
            f"| {size} | {seconds / size:.3f} s | {len(proof) / 1000:.1f} kB | {gas // size:,} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
