"""Write key and proof of the bundled tiny model into vectors/proofs.

Usage: python -m tests.vectors.tiny_proof, then python tests/vectors/regenerate.py

Not part of the regeneration: a calibration on another processor may round a scale differently,
and the model is then another one. The powers of tau are those of the plain prover.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import modulus
from modulus.reference.proof import PROOF_VERSION
from tests.support.compiled import MODEL, samples
from tests.support.slow_setup import reference_string
from tests.vectors.proof_cases import CONTEXT, TINY

ROW_BITS = 10
FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "proofs" / f"v{PROOF_VERSION}"


def main() -> None:
    """Compile, prove and write both files."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        powers = Path(folder) / "known.srs"
        powers.write_bytes(reference_string(ROW_BITS))
        model = modulus.compile(
            MODEL,
            samples(),
            activation_bits=8,
            weights="public",
            dimensions={"batch": 1},
            row_bits=ROW_BITS,
            srs_path=powers,
        )
        proof = model.prove(samples()[:1], context=CONTEXT, transparent=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in zip(TINY, (model.verifying_key.encode(), proof.data), strict=True):
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
