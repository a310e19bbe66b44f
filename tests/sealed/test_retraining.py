"""What a verifying key tells of weights, and replacing them."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import modulus
from modulus.relations.system import Role
from tests.cli.conftest import Run, run  # noqa: F401  # a fixture
from tests.support import compiled as support

Weights = dict[str, np.ndarray[Any, Any]]


@pytest.fixture(autouse=True)
def _powers_of_tau(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(support.cache_folder()))


def with_weights(change: Callable[[Weights], None]) -> onnx.ModelProto:
    """The smallest model of the zoo with other weights."""
    model = onnx.load(support.MODEL)
    held = {item.name: numpy_helper.to_array(item).copy() for item in model.graph.initializer}
    change(held)
    for item in model.graph.initializer:
        item.CopyFrom(numpy_helper.from_array(held[item.name], item.name))
    return model


def permuted(weights: Weights) -> None:
    """Swap two units of the first hidden layer: another model that computes the same."""
    first_weight, first_bias, second_weight = list(weights)[:3]
    order = np.arange(32)
    order[[3, 17]] = order[[17, 3]]
    weights[first_weight] = weights[first_weight][order]
    weights[first_bias] = weights[first_bias][order]
    weights[second_weight] = weights[second_weight][:, order]


def retrained(weights: Weights) -> None:
    random = np.random.default_rng(5)
    for name, array in weights.items():
        noise = random.normal(0, 0.05 * np.abs(array).max(), array.shape)
        weights[name] = (array + noise).astype(array.dtype)


def compile_private(model: Any) -> modulus.CompiledModel:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return modulus.compile(model, support.samples(), activation_bits=8, dimensions={"batch": 1})


@cache
def original() -> modulus.CompiledModel:
    with support.use_cache(support.cache_folder()):
        return compile_private(support.MODEL)


def test_the_permuted_model_has_the_shapes_that_permuting_assumes() -> None:
    model = onnx.load(support.MODEL)
    shapes = [tuple(item.dims) for item in model.graph.initializer]
    assert shapes[:3] == [(32, 20), (32,), (16, 32)]


def test_a_verifying_key_tells_nothing_of_weights_but_commitments() -> None:
    """Two models with equal ranges and other weights differ in the points of weight rows only."""
    first, second = original().verifying_key, compile_private(with_weights(permuted)).verifying_key
    assert first != second
    assert replace(first, points=second.points) == second
    fixed = len(first.points) - first.schedule.rows_of(Role.WEIGHT)
    assert first.points[:fixed] == second.points[:fixed]
    assert all(a != b for a, b in zip(first.points[fixed:], second.points[fixed:], strict=True))


def test_equal_weights_are_committed_to_differently_each_time() -> None:
    again = compile_private(support.MODEL)
    assert replace(again.verifying_key, points=original().verifying_key.points) == (
        original().verifying_key
    )
    assert again.verifying_key.points != original().verifying_key.points
    assert again.weight_blinds != original().weight_blinds


def test_secrets_are_not_shown() -> None:
    model = original()
    assert model.weight_blinds.hex()[:16] not in repr(model)
    assert repr(model.weight_blinds)[:16] not in repr(model)
    trace = model.graph.execute(model.graph.quantize_inputs(model.named_inputs(support.samples(1))))
    shown = f"{model} {model.graph} {trace}"
    assert len(shown) < 1000
    assert "array" not in shown


def test_updating_keeps_seal_and_setup(tmp_path: Path) -> None:
    original().save(tmp_path)
    seal = (tmp_path / "seal.key").read_bytes()
    old = modulus.CompiledModel.load(tmp_path)
    old_proof = old.prove(support.samples()[:1])
    with pytest.warns(modulus.DevelopmentWarning):
        new = modulus.update(tmp_path, with_weights(retrained), support.samples())
    assert (tmp_path / "seal.key").read_bytes() == seal
    assert new.verifying_key.seal == old.verifying_key.seal
    assert new.verifying_key.digest != old.verifying_key.digest
    loaded = modulus.CompiledModel.load(tmp_path)
    proof = loaded.prove(support.samples()[:1])
    with pytest.warns(modulus.DevelopmentWarning):
        proven = modulus.verify(proof, tmp_path / "verifying.key")
    for name, array in loaded.run(support.samples()[:1]).items():
        np.testing.assert_array_equal(proven[name], array)
    with pytest.raises(modulus.ProofRejected):
        modulus.verify(old_proof, new.verifying_key)


def test_another_architecture_is_no_update(tmp_path: Path) -> None:
    original().save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    other = support.MODEL.parent / "mlp.onnx"
    images = np.random.default_rng(0).uniform(0, 1, (8, 1, 8, 8)).astype(np.float32)
    with pytest.raises(modulus.ModelError, match="architecture"):
        modulus.update(tmp_path, other, images)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_updating_on_the_command_line(run: Run, tmp_path: Path) -> None:  # noqa: F811
    original().save(tmp_path / "net")
    onnx.save(with_weights(retrained), tmp_path / "new.onnx")
    np.save(tmp_path / "samples.npy", support.samples())
    calibration = ["--calibration", tmp_path / "samples.npy"]
    assert run("update", tmp_path / "net", tmp_path / "new.onnx", *calibration) == 0
    (tmp_path / "net" / "report.json").write_text("{}")
    assert run("update", tmp_path / "net", tmp_path / "new.onnx", *calibration) == 3


def test_a_missing_or_foreign_seal_key_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original().save(tmp_path / "net")
    cache = tmp_path / "cache"
    shutil.copytree(support.cache_folder() / "srs", cache / "srs")
    monkeypatch.setenv("MODULUS_CACHE", str(cache))
    path = tmp_path / "net" / "seal.key"
    data = path.read_bytes()
    modulus.CompiledModel.load(tmp_path / "net").prove(support.samples()[:1])
    for content, words in (
        (None, "neither"),
        (data[:-1], "bytes"),
        (data[:1000] + b"\1" + data[1001:], "checksum"),
        (b"x" * 100, "not a proving key"),
        (data[:20] + bytes(32) + data[52:], "another circuit"),
    ):
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        model = modulus.CompiledModel.load(tmp_path / "net")
        with pytest.raises(modulus.ArtifactError, match=words):
            model.prove(support.samples()[:1])


def test_the_seal_of_another_setup_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original().save(tmp_path / "net")
    cache = tmp_path / "cache"
    shutil.copytree(support.cache_folder() / "srs", cache / "srs")
    monkeypatch.setenv("MODULUS_CACHE", str(cache))
    other = compile_private(support.MODEL)
    other.save(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "seal.key", tmp_path / "net" / "seal.key")
    with pytest.raises(modulus.ArtifactError, match="does not belong"):
        modulus.CompiledModel.load(tmp_path / "net").prove(support.samples()[:1])
