"""Estimators of scikit-learn and boosters on real data: agreement with ONNX Runtime, and proofs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from modulus.errors import ModelError
from modulus.frontend import FloatReference, calibrate, from_estimator
from modulus.quantize import Settings, quantize
from tests.conformance.proving import prove_and_verify

sklearn = pytest.importorskip("sklearn")
pytest.importorskip("skl2onnx")

from sklearn import cluster, datasets, ensemble, linear_model, pipeline, preprocessing, svm  # noqa: E402

Array = NDArray[Any]


def iris() -> tuple[Array, Array]:
    held = datasets.load_iris()
    return held.data.astype(np.float32), held.target


def cancer() -> tuple[Array, Array]:
    """Standardised: one scale serves all features of an input."""
    held = datasets.load_breast_cancer()
    return preprocessing.StandardScaler().fit_transform(held.data).astype(np.float32), held.target


def diabetes() -> tuple[Array, Array]:
    held = datasets.load_diabetes()
    return held.data.astype(np.float32), held.target / 100


def scaled(model: Any) -> Any:
    return pipeline.make_pipeline(preprocessing.StandardScaler(), model)


MODELS: dict[str, tuple[Callable[[], tuple[Array, Array]], Any]] = {
    "logistic regression": (iris, scaled(linear_model.LogisticRegression())),
    "binary logistic regression": (cancer, linear_model.LogisticRegression()),
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


def booster(name: str) -> Any:
    pytest.importorskip("onnxmltools")
    module = pytest.importorskip(name)
    if name == "xgboost":
        return module.XGBClassifier(n_estimators=8, max_depth=3)
    return module.LGBMClassifier(n_estimators=8, num_leaves=7, verbose=-1)


def check(model: Any, x: Array, y: Array) -> None:
    """Train on half, compare on the other half, prove one."""
    order = np.random.default_rng(0).permutation(len(x))
    train, held_out = order[: len(x) // 2], order[len(x) // 2 :]
    model.fit(x[train], y[train])
    graph = from_estimator(model, x[:1])
    integers = quantize(graph, calibrate(graph, x[train]), Settings())
    reference = FloatReference(graph)
    name = graph.inputs[0].name
    low, high = x[train].min(axis=0), x[train].max(axis=0)
    same, total, worst = 0, 0, 0.0
    for row in np.clip(x[held_out], low, high)[:, None, :]:
        quantized = integers.quantize_inputs({name: row})
        expected = reference.run({name: row})
        trace = integers.execute(quantized)
        for port in integers.outputs:
            found = trace.value(port.value) * port.value.scale
            if expected[port.name].dtype.kind == "i":
                same += int(np.all(found == expected[port.name]))
                total += 1
            elif not _walks(model):
                reach = max(1.0, float(np.abs(expected[port.name]).max()))
                worst = max(worst, float(np.abs(found - expected[port.name]).max()) / reach)
    assert same >= 0.985 * total
    assert worst < 2e-3
    prove_and_verify(integers, integers.quantize_inputs({name: x[train][:1]}))


def _walks(model: Any) -> bool:
    """Whether scores jump where a feature meets a threshold within its rounding."""
    return hasattr(model, "estimators_") or hasattr(model, "get_booster") or "LGBM" in f"{model}"


@pytest.mark.parametrize("name", MODELS)
def test_estimator(name: str):
    data, model = MODELS[name]
    check(model, *data())


@pytest.mark.parametrize("name", ["xgboost", "lightgbm"])
@pytest.mark.parametrize("data", [iris, cancer])
def test_booster(name: str, data: Callable[[], tuple[Array, Array]]):
    check(booster(name), *data())


def test_labels_that_are_text_are_proven_as_positions():
    x, y = iris()
    names = datasets.load_iris().target_names
    graph = from_estimator(linear_model.LogisticRegression().fit(x, names[y]), x[:1])
    assert any("0: setosa" in note for note in graph.notes)


def test_what_is_no_estimator():
    with pytest.raises(ModelError, match="object"):
        from_estimator(object(), np.zeros((1, 2)))
