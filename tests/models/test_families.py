"""Trained models of every family: integers beside ONNX Runtime on held-out data, and proofs."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import modulus
from examples.models.families.registry import (
    ESTIMATORS,
    FAMILIES,
    HERE,
    NETWORKS,
    ZOO,
    Measure,
    path,
)
from examples.models.families.report import BATCH, CALIBRATION, fidelity, quantized
from modulus.frontend.samples import batches, load_samples
from tests.conformance.proving import prove_and_verify
from tests.fuzz.budget import THOROUGH

LARGEST_FILE = 200_000
HELD_OUT = None if THOROUGH else 256
"""Samples compared; the table of docs/models.md is of all of them."""
PROOF_CALIBRATION = 64
"""Training samples that the ranges of a proof come from."""
SMALL = {
    "resnet": 64,
    "depthwise": 64,
    "unet": 64,
    "gpt": 64,
    "llama": 64,
    "bert": 256,
    "lstm": 64,
    "gru": 64,
}
"""Fewer of what takes long; language models decide sixteen times per sample."""
BATCHED = {"rnn": 3, "autoencoder": 2, "forest": 5, "factors": 4, "svm": 2}
"""Proofs of several samples at once; the others are of one."""
SEALED = {"forest": "public", "factors": "private", "decoder": "public"}
"""Visibility of the inputs; those of the factorisation say which rows it looks up."""


def first(name: str, batch: int) -> Any:
    """Held-out samples by input name, as many as one proof takes."""
    return FAMILIES[name].feed(FAMILIES[name].load("test")[0][:batch])


@pytest.mark.parametrize("name", FAMILIES)
def test_integers_follow_the_float_model(name: str) -> None:
    limit = None if THOROUGH else SMALL.get(name, HELD_OUT)
    found = fidelity(name, limit)
    # What leaves the calibrated ranges is refused, never answered wrongly.
    assert found.samples >= 0.95 * (found.samples + found.refused) > BATCH
    match FAMILIES[name].measure:
        case Measure.TREES:
            assert found.agreeing == found.decisions
        case Measure.DECISION:
            assert found.agreement >= 0.995
        case Measure.VALUE:
            assert found.decisions == 0
    assert found.error < 1e-3


@pytest.mark.parametrize("name", FAMILIES)
def test_an_inference_is_proven(name: str) -> None:
    family, batch = FAMILIES[name], BATCHED.get(name, 1)
    graph, integers = quantized(family, name, batch, PROOF_CALIBRATION)
    samples = load_samples(first(name, batch), graph.inputs)
    (run,) = batches(samples, graph.inputs)
    prove_and_verify(integers, integers.quantize_inputs(run))


@pytest.mark.parametrize(("name", "visibility"), SEALED.items())
def test_an_inference_is_sealed(name: str, visibility: str) -> None:
    seen = FAMILIES[name].feed(FAMILIES[name].load("train")[0][:CALIBRATION])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = modulus.compile(path(name), seen, input_visibility=visibility)
        proof = model.prove(first(name, 1), context=b"families")
        proven = modulus.verify(proof, model.verifying_key, context=b"families")
    assert set(proven.inputs) == (set(FAMILIES[name].inputs) if visibility == "public" else set())
    for port, numbers in model.run(first(name, 1)).items():
        np.testing.assert_array_equal(proven[port], numbers)


def test_every_family_is_a_small_file() -> None:
    assert len(FAMILIES) == len(ZOO) + len(NETWORKS) + len(ESTIMATORS)
    for name in FAMILIES:
        assert path(name).stat().st_size < LARGEST_FILE
    assert {file.stem for file in HERE.glob("*.onnx")} == NETWORKS.keys() | ESTIMATORS.keys()
