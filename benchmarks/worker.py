"""One phase of one case in a process of its own: worker.py PHASE CASE FOLDER."""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import modulus
from benchmarks.cases import CASES


def main(phase: str, case: str, folder: Path) -> None:
    """Run a phase; prints the wall time of its one call."""
    warnings.simplefilter("ignore")
    keys, proof = folder / "keys", folder / "proof"
    if phase == "compile":
        model, samples = CASES[case].model(), CASES[case].samples()
        start = time.perf_counter()
        modulus.compile(model, samples, weights="public", output=keys)
    elif phase == "prove":
        sample = CASES[case].samples()[:1]
        compiled = modulus.CompiledModel.load(keys)
        start = time.perf_counter()
        compiled.prove(sample, transparent=True).save(proof)
    else:
        start = time.perf_counter()
        modulus.verify(proof, keys / "verifying.key", reference=phase == "verify-reference")
    print(json.dumps({"seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
