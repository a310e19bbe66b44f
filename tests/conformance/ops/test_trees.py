from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.frontend import calibrate, load_onnx
from modulus.ops import Bound
from modulus.ops.tree_ensemble import TreeEnsemble
from modulus.ops.tree_ensemble_classifier import TreeEnsembleClassifier
from modulus.ops.tree_ensemble_regressor import TreeEnsembleRegressor
from modulus.quantize import quantize
from tests.conformance.suite import Case, case, check_model, one_node_model, operator_suite

FEATURES = 3


def trees(*modes: str, depth: int = 2, seed: int = 0) -> dict[str, Any]:
    """One tree per mode: complete but for the first branch of each, which ends early."""
    generator = np.random.default_rng(seed)
    held: dict[str, list[Any]] = {key: [] for key in KEYS}
    for tree, mode in enumerate(modes):
        inner = (1 << depth) - 1
        for node in range(2 * inner + 1):
            leaf = node >= inner or node == 1
            if depth > 1 and node in {3, 4}:
                continue
            # The nodes after the two that are missing move up.
            place = node - 2 if depth > 1 and node > 4 else node
            first, second = (2 * node + 1, 2 * node + 2) if node == 0 else (3, 4)
            held["nodes_treeids"].append(tree)
            held["nodes_nodeids"].append(place)
            held["nodes_modes"].append("LEAF" if leaf else mode)
            held["nodes_featureids"].append(0 if leaf else int(generator.integers(FEATURES)))
            held["nodes_values"].append(0.0 if leaf else float(generator.normal()))
            held["nodes_truenodeids"].append(0 if leaf else first)
            held["nodes_falsenodeids"].append(0 if leaf else second)
    return held


KEYS = (
    "nodes_treeids",
    "nodes_nodeids",
    "nodes_modes",
    "nodes_featureids",
    "nodes_values",
    "nodes_truenodeids",
    "nodes_falsenodeids",
)


def leaves(
    held: dict[str, Any], prefix: str, targets: list[int], *, positive: bool
) -> dict[str, Any]:
    """A weight for each leaf and target."""
    generator = np.random.default_rng(5)
    rows = [
        (tree, node, target, float(abs(w) if positive else w))
        for tree, node, mode in zip(
            held["nodes_treeids"], held["nodes_nodeids"], held["nodes_modes"], strict=True
        )
        if mode == "LEAF"
        for target, w in zip(targets, generator.normal(size=len(targets)), strict=True)
    ]
    names = (f"{prefix}_treeids", f"{prefix}_nodeids", f"{prefix}_ids", f"{prefix}_weights")
    return held | {name: [row[i] for row in rows] for i, name in enumerate(names)}


def regressor(*modes: str, samples: int = 2, targets: int = 1, **more: Any) -> Case:
    depth = more.pop("depth", 2)
    attributes = leaves(trees(*modes, depth=depth), "target", list(range(targets)), positive=False)
    return case(
        (samples, FEATURES), n_targets=targets, note="-".join(modes), **attributes, **more,
    )  # fmt: skip


def classifier(labels: list[int], ids: list[int], *, positive: bool = False, **more: Any) -> Case:
    attributes = leaves(trees("BRANCH_LEQ", "BRANCH_LEQ"), "class", ids, positive=positive)
    return case(
        (4, FEATURES), classlabels_int64s=labels, outputs=(TensorProto.INT64, TensorProto.FLOAT),
        note=f"{labels} {positive}", **attributes, **more,
    )  # fmt: skip


test_regressor = operator_suite(
    TreeEnsembleRegressor,
    cases=[
        regressor("BRANCH_LEQ"),
        regressor("BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"),
        regressor("BRANCH_LEQ", "BRANCH_LEQ", targets=2, base_values=[0.5, -1.0]),
        regressor("BRANCH_LEQ", "BRANCH_LEQ", samples=1, aggregate_function="AVERAGE"),
        regressor("BRANCH_LEQ", depth=1),
    ],
)

test_classifier = operator_suite(
    TreeEnsembleClassifier,
    cases=[
        classifier([0, 1, 2], [0, 1, 2]),
        classifier([4, 2, 9], [0, 1, 2], post_transform="SOFTMAX"),
        classifier([0, 1], [0]),
        classifier([0, 1], [0], positive=True),
        classifier([0, 1], [0], post_transform="LOGISTIC", base_values=[0.25]),
    ],
)


def newer(**changes: Any) -> dict[str, Any]:
    """Two trees: x0 <= 0.1 ? leaf 0 : (x1 > -0.2 ? leaf 1 : leaf 2), and x2 < 0.3 ? 3 : 4."""
    return {
        "n_targets": 2,
        "aggregate_function": 1,
        "post_transform": 0,
        "tree_roots": [0, 2],
        "nodes_featureids": [0, 1, 2],
        "nodes_modes": numpy_helper.from_array(np.array([0, 3, 1], np.uint8)),
        "nodes_splits": numpy_helper.from_array(np.array([0.1, -0.2, 0.3], np.float32)),
        "nodes_truenodeids": [0, 1, 3],
        "nodes_trueleafs": [1, 1, 1],
        "nodes_falsenodeids": [1, 2, 4],
        "nodes_falseleafs": [0, 1, 1],
        "leaf_targetids": [0, 1, 0, 1, 0],
        "leaf_weights": numpy_helper.from_array(
            np.array([0.5, -1.5, 2.0, 0.25, -0.75], np.float32)
        ),
    } | changes


def model_of(**changes: Any) -> onnx.ModelProto:
    model = one_node_model(TreeEnsemble, case((3, FEATURES), note="newer", **newer(**changes)))
    model.opset_import[1].version = 5
    return model


@pytest.mark.parametrize("aggregate", [0, 1])
def test_newer_notation(aggregate: int):
    check_model(model_of(aggregate_function=aggregate), case((3, FEATURES), bound=Bound(units=2)))


def test_newer_notation_with_a_shared_child():
    with pytest.raises(ShapeError, match="taken"):
        load_onnx(model_of(nodes_falsenodeids=[1, 1, 4]))


def lowered(model: onnx.ModelProto) -> None:
    graph = load_onnx(model)
    quantize(graph, calibrate(graph, np.ones((1, FEATURES), np.float32)))


def test_equality_is_unsupported():
    model = one_node_model(TreeEnsembleRegressor, regressor("BRANCH_EQ", samples=1))
    with pytest.raises(UnsupportedOperatorError, match="BRANCH_EQ"):
        lowered(model)


@pytest.mark.parametrize("child", [0, 2, 77])
def test_nodes_that_are_no_tree(child: int):
    model = one_node_model(TreeEnsembleRegressor, regressor("BRANCH_LEQ"))
    for attribute in model.graph.node[0].attribute:
        if attribute.name == "nodes_truenodeids":
            attribute.CopyFrom(helper.make_attribute(attribute.name, [child, *attribute.ints[1:]]))
    with pytest.raises(ShapeError, match="parents|exist|cycle"):
        load_onnx(model)
