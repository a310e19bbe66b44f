"""Proves that LeNet-5 recognised a digit, verifies the proof twice, then tampers with it."""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import modulus
from examples.models.data import digits

MODEL = Path(__file__).resolve().parent / "models" / "lenet5.onnx"
SHADES = " .:-=+*#%@"
CALIBRATION_SAMPLES = 200
CONTEXT = b"modulus demo"


def main() -> None:
    """Run the demonstration."""
    # Everything here is for development, and the text below says so once.
    warnings.simplefilter("ignore", modulus.DevelopmentWarning)
    print("Modulus demo: one digit, one proof. Development powers of tau, transparent proof:")
    print("nothing here is zero-knowledge or fit for production.\n")

    samples, _ = digits("train", 28)
    images, labels = digits("test", 28)
    start = time.perf_counter()
    model = modulus.compile(
        MODEL, calibration=samples[:CALIBRATION_SAMPLES], weights="public", dimensions={"batch": 1}
    )
    print(f"compiled {MODEL.name} in {time.perf_counter() - start:.1f} s\n")

    image, label = images[:1], int(labels[0])
    print(as_text(image[0, 0]))
    start = time.perf_counter()
    proof = model.prove(image, context=CONTEXT, transparent=True)
    print(f"\nproved in {time.perf_counter() - start:.2f} s, {len(proof):,} bytes")

    verified = {}
    for name, reference in (("native", False), ("reference", True)):
        start = time.perf_counter()
        verified[name] = modulus.verify(
            proof, model.verifying_key, context=CONTEXT, reference=reference
        )
        seconds = time.perf_counter() - start
        print(f"accepted by the {name} verifier in {seconds * 1000:,.0f} ms")
    logits = verified["native"]["logits"]
    if not np.array_equal(logits, verified["reference"]["logits"]):
        raise SystemExit("the verifiers disagree on what is proven")
    print(f"proven prediction {int(np.argmax(logits))}, true label {label}\n")

    show_rejections(model, proof)


def show_rejections(model: modulus.CompiledModel, proof: modulus.Proof) -> None:
    """Tamper with a proof in three ways; each must be rejected."""
    flipped = bytearray(proof.data)
    flipped[-1] ^= 1
    attempts = {
        "one bit flipped": (bytes(flipped), CONTEXT),
        "a byte cut off": (proof.data[:-1], CONTEXT),
        "replayed in another context": (proof.data, b"another request"),
    }
    for name, (data, context) in attempts.items():
        try:
            modulus.verify(data, model.verifying_key, context=context)
        except modulus.ProofRejected as error:
            print(f"{name}: rejected, {error.reason.value}")
        else:
            raise SystemExit(f"{name}: accepted, which must never happen")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digit.proof"
        proof.save(path)
        modulus.verify(path, model.verifying_key, context=CONTEXT)
        print(f"the honest proof, read back from a file: accepted ({path.name})")


def as_text(image: NDArray[np.float32]) -> str:
    """Draw an image of values in [0, 1], two characters a pixel, every other row and column."""
    levels = np.clip(image[::2, ::2] * (len(SHADES) - 1), 0, len(SHADES) - 1).round().astype(int)
    return "\n".join("".join(SHADES[level] * 2 for level in row).rstrip() for row in levels)


if __name__ == "__main__":
    main()
