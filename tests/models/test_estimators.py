"""Estimators of scikit-learn and boosters on real data: agreement with ONNX Runtime, and proofs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import modulus
from modulus.errors import ModelError
from modulus.frontend import FloatReference, calibrate, from_estimator
from modulus.quantize import Settings, quantize_for
from tests.conformance.proving import prove_and_verify

sklearn = pytest.importorskip("sklearn")
pytest.importorskip("skl2onnx")

from sklearn import cluster, datasets, ensemble, linear_model, pipeline, preprocessing, svm  # noqa: E402

Array = NDArray[Any]


def iris() -> tuple[Array, Array]:
    held = datasets.load_iris()
    return held.data.astype(np.float32), held.target


def cancer() -> tuple[Array, Array]:
    """Raw: features from 0.001 to 4,000, each with a unit of its own."""
    held = datasets.load_breast_cancer()
    return held.data.astype(np.float32), held.target


def diabetes() -> tuple[Array, Array]:
    held = datasets.load_diabetes()
    return held.data.astype(np.float32), held.target / 100


def scaled(model: Any) -> Any:
    return pipeline.make_pipeline(preprocessing.StandardScaler(), model)


MODELS: dict[str, tuple[Callable[[], tuple[Array, Array]], Any]] = {
    "logistic regression": (iris, scaled(linear_model.LogisticRegression())),
    "binary logistic regression": (cancer, scaled(linear_model.LogisticRegression())),
    "ridge": (diabetes, linear_model.Ridge()),
    "random forest": (
        iris,
        ensemble.RandomForestClassifier(10, max_depth=5, random_state=0),
    ),
    "binary random forest": (
        cancer,
        ensemble.RandomForestClassifier(10, max_depth=5, random_state=0),
    ),
    "forest of regressors": (
        diabetes,
        ensemble.RandomForestRegressor(10, max_depth=5, random_state=0),
    ),
    "gradient boosting": (
        cancer,
        ensemble.GradientBoostingClassifier(n_estimators=10, random_state=0),
    ),
    "support vectors": (iris, svm.SVC()),
    "support vector regression": (diabetes, svm.SVR()),
    "k-means": (iris, cluster.KMeans(3, n_init=1, random_state=0)),
}
CANCELLING = {"support vector regression": 2e-3, "k-means": 2e-3}
"""Results that are small beside what they are differences of: more than 1e-3 is lost."""


def booster(name: str) -> Any:
    pytest.importorskip("onnxmltools")
    module = pytest.importorskip(name)
    if name == "xgboost":
        return module.XGBClassifier(n_estimators=8, max_depth=3)
    return module.LGBMClassifier(n_estimators=8, num_leaves=7, verbose=-1)


def check(model: Any, x: Array, y: Array, within: float = 1e-3) -> None:
    """Train on half, compare on the other half, prove one."""
    order = np.random.default_rng(0).permutation(len(x))
    train, held_out = order[: len(x) // 2], order[len(x) // 2 :]
    model.fit(x[train], y[train])
    graph = from_estimator(model, x[:1])
    name = graph.inputs[0].name
    runs = [{name: row} for row in x[train][:, None, :]]
    integers, _ = quantize_for(graph, calibrate(graph, x[train]), runs, Settings())
    reference = FloatReference(graph)
    low, high = x[train].min(axis=0), x[train].max(axis=0)
    worst, size = 0.0, 0.0
    for row in np.clip(x[held_out], low, high)[:, None, :]:
        expected = reference.run({name: row})
        for port, found in integers.run({name: row}).items():
            if expected[port].dtype.kind == "i":
                assert np.array_equal(found, expected[port])
            else:
                size = max(size, float(np.abs(expected[port]).max()))
                worst = max(worst, float(np.abs(found - expected[port]).max()))
    assert worst < within * size
    prove_and_verify(integers, integers.quantize_inputs({name: x[train][:1]}))


@pytest.mark.parametrize("name", MODELS)
def test_estimator(name: str):
    data, model = MODELS[name]
    check(model, *data(), CANCELLING.get(name, 1e-3))


@pytest.mark.parametrize("name", ["xgboost", "lightgbm"])
@pytest.mark.parametrize("data", [iris, cancer])
def test_booster(name: str, data: Callable[[], tuple[Array, Array]]):
    check(booster(name), *data())


@pytest.mark.parametrize("name", ["xgboost", "lightgbm"])
@pytest.mark.parametrize("form", ["pipeline", "booster"])
def test_what_a_booster_is_wrapped_in_does_not_matter(name: str, form: str):
    x, y = cancer()
    model = booster(name)
    fitted = scaled(model).fit(x, y)
    if form == "booster":
        raw = model.fit(x, y)
        fitted = raw.get_booster() if name == "xgboost" else raw.booster_
    compiled = modulus.compile(fitted, x[:200], weights="public", transparent_only=True)
    rows = x[200:201]
    found = compiled.run({compiled.graph.inputs[0].name: rows})
    assert found["label"] == (model if form == "booster" else fitted).predict(rows)


def test_labels_that_are_text_are_proven_as_positions():
    x, y = iris()
    names = datasets.load_iris().target_names
    graph = from_estimator(linear_model.LogisticRegression().fit(x, names[y]), x[:1])
    assert any("0: setosa" in note for note in graph.notes)


def test_what_is_no_estimator():
    with pytest.raises(ModelError, match="object"):
        from_estimator(object(), np.zeros((1, 2)))
