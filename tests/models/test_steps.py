"""Steps of recurrent networks and loops have one range and share their tables."""

import numpy as np
import pytest
from onnx import helper

from examples.models.families.registry import FAMILIES, path
from examples.models.families.report import CALIBRATION
from modulus.frontend import calibrate, load_onnx, load_samples
from modulus.ir.steps import Function
from modulus.quantize import quantize
from modulus.relations.system import Role
from tests.unit.frontend.models import model, random, tensor

FEWEST = {"gru": 3, "lstm": 8, "rnn": 2}
"""Tables of gates and states; the first step has no state, and ranges of its own by arithmetic."""


@pytest.mark.parametrize("name", FEWEST)
def test_steps_share_their_tables(name: str):
    graph = load_onnx(path(name), {"batch": 1})
    family = FAMILIES[name]
    samples = load_samples(family.feed(family.load("train")[0][:CALIBRATION]), graph.inputs)
    integers = quantize(graph, calibrate(graph, samples))
    tables = [tensor for tensor in integers.tensors if tensor.role is Role.TABLE]
    lookups = [step for step in integers.steps if isinstance(step, Function)]
    assert len(tables) == FEWEST[name]
    assert len(lookups) > 4 * len(tables)


@pytest.mark.parametrize("percentile", [None, 99.0])
def test_rounds_of_a_scan_have_one_range(percentile: float | None):
    body = helper.make_graph(
        [helper.make_node("Add", ["h", "part"], ["next"]), helper.make_node("Tanh", ["h"], ["z"])],
        "body",
        [tensor("h", [2]), tensor("part", [2])],
        [tensor("next", [2]), tensor("z", [2])],
    )
    nodes = [
        helper.make_node("ReduceSum", ["x"], ["start"], keepdims=0, axes=[0]),
        helper.make_node("Scan", ["start", "x"], ["y", "out"], body=body, num_scan_inputs=1),
    ]
    graph = load_onnx(model(nodes, [tensor("x", [3, 2])], ["y", "out"], opset=11))
    samples = np.abs(random((50, 3, 2)))
    ranges = calibrate(graph, {"x": samples}, percentile=percentile)
    sums = [node.outputs[0] for node in graph.nodes if type(node.operator).__name__ == "Add"]
    assert len(sums) == 3
    (together,) = {ranges[name] for name in sums}
    first = samples.sum(axis=1) + samples[:, 0]
    assert together[0] < first.max() < together[1]
