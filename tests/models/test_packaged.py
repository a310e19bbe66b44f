"""Models that other people publish, as they are: close to ONNX Runtime, proven, verified."""

import pytest

import modulus
from examples.packaged_models import MODELS, compared, compile_packaged, held_out
from tests.fuzz.budget import THOROUGH


@pytest.mark.parametrize("name", ["speech", "orientation", "detection"])
@pytest.mark.filterwarnings("ignore::modulus.DevelopmentWarning", "ignore:this transparent proof")
def test_a_published_model_agrees_and_is_proven(name: str) -> None:
    model = MODELS[name]
    compiled = compile_packaged(model)
    quality = compared(model, compiled)
    assert quality.agreement >= 0.995
    assert quality.error < 0.05

    inputs = held_out(model)[0]
    proven = modulus.verify(compiled.prove(inputs, transparent=True), compiled.verifying_key)
    expected = compiled.run(inputs)
    assert {key: value.tolist() for key, value in proven.items()} == {
        key: value.tolist() for key, value in expected.items()
    }


@pytest.mark.skipif(not THOROUGH, reason="most of a minute; with the fuzz profile only")
@pytest.mark.parametrize("name", ["magika", "recognition"])
def test_a_larger_one_agrees(name: str) -> None:
    model = MODELS[name]
    quality = compared(model, compile_packaged(model))
    assert quality.agreement == 1
    assert quality.error < 0.05
