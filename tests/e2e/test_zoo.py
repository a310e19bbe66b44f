"""Every bundled model, at default settings, on the samples that training never saw."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

import modulus
from examples.models.data import breast_cancer, digits

MODELS = Path(__file__).resolve().parents[2] / "examples" / "models"
CALIBRATION_SAMPLES = 200
DIGIT_MODELS = {"lenet5": 28, "mlp": 8, "resnet": 16, "depthwise": 16}


def samples(name: str, split: Literal["train", "test"]) -> NDArray[np.float32]:
    if name == "tiny":
        return breast_cancer(split)[0]
    return digits(split, DIGIT_MODELS[name])[0]


@cache
def compiled(name: str) -> modulus.CompiledModel:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return modulus.compile(
            MODELS / f"{name}.onnx",
            calibration=samples(name, "train")[:CALIBRATION_SAMPLES],
            weights="public",
        )


@pytest.mark.parametrize("name", [*DIGIT_MODELS, "tiny"])
def test_integers_decide_as_the_float_model_on_every_held_out_sample(name: str) -> None:
    held_out = samples(name, "test")
    assert len(held_out) == (200 if name == "tiny" else 1000)
    session = onnxruntime.InferenceSession(MODELS / f"{name}.onnx")
    (port,) = session.get_inputs()
    (expected,) = session.run(None, {port.name: held_out})
    actual = np.concatenate(
        [compiled(name).run(held_out[i : i + 1])["logits"] for i in range(len(held_out))]
    )
    np.testing.assert_array_equal(actual.argmax(axis=1), np.asarray(expected).argmax(axis=1))
    error = np.abs(actual - expected).mean() / np.ptp(expected)
    assert error < 1e-3, f"mean error {error:.2e} of the logits' range"


@pytest.mark.parametrize("name", [*DIGIT_MODELS, "tiny"])
def test_one_sample_is_proven_to_both_verifiers(name: str) -> None:
    model = compiled(name)
    sample = samples(name, "test")[:1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        proof = model.prove(sample, context=b"zoo", transparent=True)
        for reference in (False, True):
            proven = modulus.verify(proof, model.verifying_key, context=b"zoo", reference=reference)
            np.testing.assert_array_equal(proven["logits"], model.run(sample)["logits"])
        with pytest.raises(modulus.ProofRejected):
            modulus.verify(proof, model.verifying_key, context=b"other")
