import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from modulus.errors import ModelError, ModulusError, ShapeError
from modulus.frontend import FloatReference, calibrate, load_onnx, load_samples
from tests.unit.frontend.models import linear, model, random, tensor

WEIGHT = random((4, 3), 5)
GRAPH = load_onnx(linear(weight=WEIGHT))


def test_ranges_are_those_of_all_samples():
    samples = random((20, 4))
    ranges = calibrate(GRAPH, samples)
    hidden = samples @ WEIGHT
    assert ranges["x"] == (samples.min(), samples.max())
    np.testing.assert_allclose(ranges["h"], (hidden.min(), hidden.max()), rtol=1e-5)
    assert ranges["y"][0] == 0


def test_runs_follow_the_models_batch():
    graph = load_onnx(linear("n", WEIGHT), {"n": 5})
    samples = random((20, 4))
    expected = calibrate(GRAPH, samples)
    for name, found in calibrate(graph, samples).items():
        assert found == pytest.approx(expected[name], rel=1e-5)


def test_a_percentile_leaves_out_outliers_of_inner_tensors_only():
    samples = random((400, 4))
    samples[7] = 1000
    full, inner = calibrate(GRAPH, samples), calibrate(GRAPH, samples, percentile=99)
    assert inner["x"] == full["x"]
    assert inner["h"][1] < full["h"][1] / 10
    for low, high in inner.values():
        assert low < high


@pytest.mark.parametrize("percentile", [50, 0, 101, float("nan")])
def test_percentiles_outside_their_interval(percentile: float):
    with pytest.raises(ModelError, match="percentile"):
        calibrate(GRAPH, random((2, 4)), percentile=percentile)


def test_samples_from_files(tmp_path: Path):
    samples = random((3, 4))
    np.savez(tmp_path / "named.npz", x=samples)
    np.savez(tmp_path / "unnamed.npz", samples)
    np.save(tmp_path / "plain.npy", samples)
    (tmp_path / "named.json").write_text(json.dumps({"x": samples.tolist()}))
    (tmp_path / "plain.json").write_text(json.dumps(samples.tolist()))
    for path in sorted(tmp_path.iterdir()):
        np.testing.assert_array_equal(load_samples(path, GRAPH.inputs)["x"], samples)


@pytest.mark.parametrize(
    ("samples", "error"),
    [
        (np.zeros((3, 5)), ShapeError),
        (np.zeros((0, 4)), ShapeError),
        (np.zeros(4), ShapeError),
        (np.full((3, 4), np.nan), ModelError),
        (np.full((3, 4), 1e300), ModelError),
        (np.array([["a", "b", "c", "d"]]), ModelError),
        ([[1, 2], [3]], ModelError),
        ({"x": np.zeros((1, 4)), "z": np.zeros(1)}, ModelError),
        ({}, ModelError),
        (None, ModelError),
    ],
)
def test_bad_samples(samples: Any, error: type[ModulusError]):
    with pytest.raises(error):
        load_samples(samples, GRAPH.inputs)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.npz", b"PK\x03\x04"), ("a.npy", b""), ("a.json", b"{"), ("a.txt", b""), ("b.npz", b"")],
)
def test_bad_sample_files(tmp_path: Path, name: str, data: bytes):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ModelError):
        load_samples(path, GRAPH.inputs)


def test_pickled_samples_are_never_loaded(tmp_path: Path):
    path = tmp_path / "evil.npy"
    np.save(path, np.array([{"x": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ModelError):
        load_samples(path, GRAPH.inputs)


def test_inputs_with_different_numbers_of_samples():
    graph = load_onnx(
        model(
            [helper.make_node("Add", ["a", "b"], ["y"])],
            [tensor("a", [1, 2]), tensor("b", [1, 2])],
            ["y"],
        )
    )
    with pytest.raises(ShapeError, match="different numbers"):
        load_samples({"a": np.zeros((2, 2)), "b": np.zeros((3, 2))}, graph.inputs)
    with pytest.raises(ModelError, match="2 inputs"):
        load_samples(np.zeros((2, 2)), graph.inputs)


def test_reference_returns_every_tensor():
    tensors = FloatReference(GRAPH).run({"x": random((1, 4))})
    assert set(tensors) == {"x", "h", "y"}


def test_reference_refuses_overflow():
    with pytest.raises(ModulusError, match="'h' is not finite"):
        FloatReference(GRAPH).run({"x": np.full((1, 4), 3e38, np.float32)})
