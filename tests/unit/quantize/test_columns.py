"""Inputs with a unit per column: chosen from samples, folded by consumers, named in keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from modulus.errors import ArtifactError, WitnessError
from modulus.frontend import FloatReference, calibrate, load_onnx
from modulus.ir.graph import Graph
from modulus.ops import FloatGraph
from modulus.quantize import Settings, column_units, quantize_for
from modulus.relations.codec import decode_system, encode_system
from tests.conformance.proving import prove_and_verify

Array = NDArray[Any]
SIZES = np.array([2500.0, 0.2, 30.0, 1e-3], np.float32)
"""Magnitudes of the columns, as far apart as those of raw tables."""


def table(rows: int = 64, seed: int = 0) -> Array:
    random = np.random.default_rng(seed)
    return (random.uniform(-1, 1, (rows, 4)) * SIZES).astype(np.float32)


def decimal(rows: Array, *digits: int) -> Array:
    """Rows rounded to so many digits, one number per column."""
    columns = [
        np.round(column.astype(np.float64), n) for column, n in zip(rows.T, digits, strict=True)
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def model(*nodes: onnx.NodeProto, **constants: Array) -> FloatGraph:
    graph = helper.make_graph(
        nodes,
        "table",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    return load_onnx(helper.make_model(graph, opset_imports=opsets, ir_version=9))


WEIGHT = (np.random.default_rng(1).standard_normal((4, 3)) / SIZES[:, None]).astype(np.float32)
OFFSET = (SIZES / 4).astype(np.float32)
FACTOR = (1 / SIZES).astype(np.float32)


def dense() -> FloatGraph:
    return model(helper.make_node("MatMul", ["x", "w"], ["y"]), w=WEIGHT)


def standardised() -> FloatGraph:
    return model(
        helper.make_node("Sub", ["x", "offset"], ["centred"]),
        helper.make_node("Mul", ["centred", "factor"], ["scaled"]),
        helper.make_node("Gemm", ["scaled", "w"], ["y"]),
        offset=OFFSET,
        factor=FACTOR,
        w=WEIGHT * SIZES[:, None],
    )


def chosen_and_joined() -> FloatGraph:
    """What a pipeline that treats some columns alone exports."""
    return model(
        helper.make_node("Gather", ["x", "some"], ["a"], axis=1),
        helper.make_node("Gather", ["x", "others"], ["b"], axis=1),
        helper.make_node("Mul", ["a", "factor"], ["c"]),
        helper.make_node("Concat", ["c", "b"], ["d"], axis=1),
        helper.make_node("MatMul", ["d", "w"], ["y"]),
        some=np.array([3, 0], np.int64),
        others=np.array([1, 2, 1], np.int64),
        factor=FACTOR[[3, 0]],
        w=(np.ones((5, 2)) / np.array([1, 1, 0.2, 30, 0.2])[:, None]).astype(np.float32),
    )


def integers(graph: FloatGraph, rows: Array, settings: Settings | None = None) -> Graph:
    runs = [{"x": row[None]} for row in rows]
    return quantize_for(graph, calibrate(graph, rows), runs, settings)[0]


@pytest.mark.parametrize("make", [dense, standardised, chosen_and_joined])
def test_columns_of_any_magnitude_keep_their_precision(make: Any) -> None:
    graph = make()
    found = integers(graph, table())
    assert len(found.inputs[0].columns) == 4
    reference = FloatReference(graph)
    pairs = [
        (found.run({"x": row[None]})["y"], reference.run({"x": row[None]})["y"])
        for row in table(seed=3) * 0.95
    ]
    size = max(float(np.abs(expected).max()) for _, expected in pairs)
    assert max(float(np.abs(a - b).max()) for a, b in pairs) < 2e-4 * size


def test_a_proof_names_the_real_numbers_of_every_column() -> None:
    graph = integers(dense(), table())
    row = table()[:1]
    held = graph.quantize_inputs({"x": row})
    np.testing.assert_allclose(graph.inputs[0].numbers(held["x"]), row, rtol=1e-5, atol=1e-9)
    prove_and_verify(graph, held)


def test_columns_of_one_magnitude_share_a_unit() -> None:
    rows = np.random.default_rng(0).uniform(-1, 1, (32, 4)).astype(np.float32)
    graph = model(helper.make_node("MatMul", ["x", "w"], ["y"]), w=WEIGHT)
    assert not column_units(graph, [{"x": row[None]} for row in rows], Settings())


def test_a_consumer_that_cannot_fold_factors_gets_one_unit() -> None:
    graph = model(helper.make_node("Relu", ["x"], ["y"]))
    assert not column_units(graph, [{"x": row[None]} for row in table()], Settings())


def test_decimal_tables_are_held_exactly() -> None:
    rows = decimal(table(), 1, 4, 2, 6)
    graph = integers(dense(), rows)
    port = graph.inputs[0]
    for row in decimal(table(seed=5), 1, 4, 2, 6)[:, None]:
        held = graph.quantize_inputs({"x": row})
        assert np.array_equal(port.numbers(held["x"]).astype(np.float32), row)


def test_a_value_beyond_its_column_is_refused_though_others_reach_further() -> None:
    graph = integers(dense(), table())
    row = table()[:1]
    row[0, 3] = 1.0
    with pytest.raises(WitnessError, match=r"x\[0, 3\]"):
        graph.quantize_inputs({"x": row})


def tree(threshold: float, mode: str) -> FloatGraph:
    node = helper.make_node(
        "TreeEnsembleRegressor",
        ["x"],
        ["y"],
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_treeids=[0, 0, 0],
        nodes_nodeids=[0, 1, 2],
        nodes_featureids=[2, 0, 0],
        nodes_modes=[mode, "LEAF", "LEAF"],
        nodes_values=[threshold, 0.0, 0.0],
        nodes_truenodeids=[1, 0, 0],
        nodes_falsenodeids=[2, 0, 0],
        target_treeids=[0, 0],
        target_nodeids=[1, 2],
        target_ids=[0, 0],
        target_weights=[1.0, -1.0],
    )
    return model(node)


@pytest.mark.parametrize("mode", ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT"])
@pytest.mark.parametrize("threshold", [17.3, 0.1, 1e-35, 0.0, -2.7])
def test_trees_decide_as_float32_does_next_to_a_threshold(mode: str, threshold: float) -> None:
    graph = tree(threshold, mode)
    found = integers(graph, decimal(table(), 1, 4, 1, 6))
    reference = FloatReference(graph)
    exact = np.float32(threshold)
    for entry in (exact, exact - np.float32(0.1), exact + np.float32(0.1), np.float32(0)):
        row = np.zeros((1, 4), np.float32)
        row[0, 2] = np.float32(round(float(entry), 1))
        assert found.run({"x": row})["y"] == reference.run({"x": row})["y"]


def test_units_are_part_of_the_system_and_survive_its_bytes() -> None:
    system = integers(dense(), table()).relations()
    data = encode_system(system)
    assert decode_system(data) == system
    (public, *others) = system.public
    system.public[0] = replace(public, columns=tuple(2 * c for c in public.columns))
    assert encode_system(system) != data
    system.public[0] = replace(public, columns=())
    assert len(encode_system(system)) == len(data) - 4 - 8 * 4
    assert not any(item.columns for item in others)


@pytest.mark.parametrize(
    "columns",
    [(1.0,), (1.0,) * 5, (1.0, 0.0, 1.0, 1.0), (1.0, -1.0, 1.0, 1.0), (1.0, np.inf, 1.0, 1.0)],
)
def test_units_that_misrepresent_integers_are_refused(columns: tuple[float, ...]) -> None:
    from modulus.schedule.wellformed import check_well_formed

    system = integers(dense(), table()).relations()
    check_well_formed(system)
    system.public[0] = replace(system.public[0], columns=columns)
    with pytest.raises(ArtifactError, match="scale"):
        check_well_formed(system)
