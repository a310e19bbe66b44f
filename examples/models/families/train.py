"""Train and export the families of models.

    python -m examples.models.families.train              all of them (torch and the extra `trees`)
    python -m examples.models.families.train gpt forest   some of them

Seeds are fixed; other versions of the packages may round differently, which is why the exported
files are kept in the repository.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx

from examples.models.families.registry import ESTIMATORS, NETWORKS, path
from modulus.frontend.estimators import to_onnx

OPSET = 17


def main(names: list[str]) -> int:
    """Train the named families, or all; return the exit status."""
    for name in names or [*NETWORKS, *ESTIMATORS]:
        (_network if name in NETWORKS else _estimator)(name)
        print(f"{name}: {path(name).stat().st_size:,} bytes", flush=True)
    return 0


def _network(name: str) -> None:
    import torch

    from examples.models.families import recipes

    network, family = recipes.train(name), NETWORKS[name]
    torch.onnx.export(
        network,
        recipes.arguments(name, recipes.example(name)),
        path(name),
        input_names=list(family.inputs),
        output_names=["y"],
        opset_version=OPSET,
        dynamic_axes={port: {0: "batch"} for port in (*family.inputs, "y")},
        dynamo=False,
    )
    _finish(name, onnx.load(path(name)))


def _estimator(name: str) -> None:
    model = _makers()[name]()
    x, y = ESTIMATORS[name].load("train")
    model.fit(x, y)
    _finish(name, to_onnx(model, x.shape[1]))


def _makers() -> dict[str, Callable[[], Any]]:
    import lightgbm
    import xgboost
    from sklearn import cluster, ensemble, linear_model, pipeline, preprocessing, svm

    def scaled(model: Any) -> Any:
        return pipeline.make_pipeline(preprocessing.StandardScaler(), model)

    return {
        "logistic": lambda: scaled(linear_model.LogisticRegression()),
        "ridge": lambda: linear_model.Ridge(alpha=0.1),
        "svm": lambda: scaled(svm.SVC()),
        "kmeans": lambda: cluster.KMeans(3, n_init=4, random_state=0),
        "forest": lambda: ensemble.RandomForestClassifier(20, max_depth=6, random_state=0),
        "boosting": lambda: ensemble.GradientBoostingClassifier(n_estimators=10, random_state=0),
        "xgboost": lambda: xgboost.XGBClassifier(n_estimators=20, max_depth=4),
        "lightgbm": lambda: lightgbm.LGBMClassifier(
            n_estimators=6, num_leaves=8, verbose=-1, deterministic=True
        ),
        "xgboost_regressor": lambda: xgboost.XGBRegressor(n_estimators=20, max_depth=4),
    }


def _finish(name: str, model: onnx.ModelProto) -> None:
    """Drop what differs from machine to machine, name the input, check, and write."""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    del model.graph.value_info[:]
    model.graph.name = name
    if name in ESTIMATORS:
        (port,) = model.graph.input
        for node in model.graph.node:
            node.input[:] = ["x" if held == port.name else held for held in node.input]
        port.name = "x"
        port.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path(name))


if __name__ == "__main__":
    np.random.seed(0)  # noqa: NPY002  # estimators without a seed of their own draw from here
    sys.exit(main(sys.argv[1:]))
