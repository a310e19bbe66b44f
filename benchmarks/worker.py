"""One phase of one case in a process of its own: worker.py PHASE CASE FORM FOLDER."""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import modulus
from benchmarks.cases import CASES


def main(phase: str, case: str, form: str, folder: Path) -> None:
    """Run a phase; prints the wall time of its one call."""
    warnings.simplefilter("ignore")
    keys, proof = folder / "keys", folder / "proof"
    transparent = form == "transparent"
    if phase == "compile":
        model, samples = CASES[case].model(), CASES[case].samples()
        # Reading a data set takes longer than proving and is nobody's proof.
        np.save(folder / "sample.npy", samples[:1])
        start = time.perf_counter()
        weights = "public" if transparent else "private"
        modulus.compile(model, samples, weights=weights, transparent_only=transparent, output=keys)
    elif phase == "prove":
        sample = np.load(folder / "sample.npy")
        compiled = modulus.CompiledModel.load(keys)
        start = time.perf_counter()
        compiled.prove(sample, transparent=transparent).save(proof)
    else:
        start = time.perf_counter()
        modulus.verify(proof, keys / "verifying.key", reference=phase == "verify-reference")
    print(json.dumps({"seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
