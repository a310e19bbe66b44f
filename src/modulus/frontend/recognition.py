"""Recognising activation functions that an exporter wrote out in elementary operators.

Older operator sets have no Gelu, Swish, HardSwish or Mish, so exporters write them as up to ten
nodes. Each of these would be rounded and proven; the function itself is one table lookup.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from modulus.ops import FloatGraph, Node, Operator
from modulus.ops.gelu import Gelu, gelu, gelu_tanh
from modulus.ops.hard_swish import HardSwish, hard_swish
from modulus.ops.mish import Mish, mish
from modulus.ops.swish import Swish, swish
from modulus.reference.elementary import evaluate
from modulus.relations.function import VARIABLE, Number, Real

_KNOWN: Sequence[tuple[Operator, Callable[[Number], Real]]] = (
    (Gelu(), gelu),
    (Gelu("tanh"), gelu_tanh),
    (Swish(), partial(swish, alpha=1.0)),
    (Swish(1.702), partial(swish, alpha=1.702)),
    (Mish(), mish),
    (HardSwish(), hard_swish),
)
_ELEMENTARY = frozenset(
    {"Abs", "Add", "Cast", "Clip", "Div", "Erf", "Exp", "HardSigmoid", "Log", "Max", "Min"}
    | {"Mul", "Neg", "Pow", "Reciprocal", "Relu", "Sigmoid", "Softplus", "Sqrt", "Sub", "Tanh"}
)
_LAST = frozenset({"Mul", "Div"})
"""What a known function ends with: each is a product with its argument."""

_MOST_NODES = 16
_TOLERANCE = 1e-5
"""Relative to 1 + |x|: float32 rounding stays below, the two forms of Gelu differ by 4e-4."""

_FEWEST_FOR_HARD_SWISH = 1 << 15
"""Elements from which a table of 2^16 rows costs less than the two clamps it replaces."""

_POINTS: NDArray[np.float32] = np.linspace(-9, 9, 1801, dtype=np.float32)


def recognise_functions(graph: FloatGraph) -> FloatGraph:
    """Replace elementary nodes that together compute a known function by that function.

    Only where no other node reads what lies between. Recognition is by value, at points over
    [-9, 9], so that the order and the form of the nodes do not matter.
    """
    model = onnx.load_model_from_string(graph.model)
    protos = {proto.output[0]: proto for proto in model.graph.node}
    nodes = {node.outputs[0]: node for node in graph.nodes}
    readers = Counter(name for node in graph.nodes for name in node.inputs)
    readers.update(info.name for info in graph.outputs)
    replaced: dict[str, Node] = {}
    gone: set[str] = set()
    for node in reversed(graph.nodes):
        result = node.outputs[0]
        if result in gone or protos[result].op_type not in _LAST:
            continue
        for source, region in _regions(graph, nodes, protos, result):
            inner = [name for name in region if name != result]
            reads = Counter(name for item in region for name in nodes[item].inputs)
            if any(reads[name] != readers[name] for name in inner):
                continue
            operator = _known(_curve(graph, model, protos, region, source, result))
            if operator is not None and _pays(operator, graph.shapes[result]):
                replaced[result] = Node(node.name, operator, (source,), (result,))
                gone.update(inner)
                break
    kept = tuple(
        replaced.get(node.outputs[0], node) for node in graph.nodes if node.outputs[0] not in gone
    )
    return replace(graph, nodes=kept) if replaced else graph


def _pays(operator: Operator, shape: tuple[int, ...]) -> bool:
    return not isinstance(operator, HardSwish) or math.prod(shape) >= _FEWEST_FOR_HARD_SWISH


def _regions(
    graph: FloatGraph,
    nodes: Mapping[str, Node],
    protos: Mapping[str, onnx.NodeProto],
    result: str,
) -> Iterable[tuple[str, list[str]]]:
    """Yield each tensor that `result` may be a function of, with the nodes between, last first."""
    ancestors = _walk(graph, nodes, protos, result, None)[1]
    for source in ancestors:
        region, leaves = _walk(graph, nodes, protos, result, source)
        if leaves == [source] and graph.shapes[source] == graph.shapes[result]:
            yield source, region


def _walk(
    graph: FloatGraph,
    nodes: Mapping[str, Node],
    protos: Mapping[str, onnx.NodeProto],
    result: str,
    source: str | None,
) -> tuple[list[str], list[str]]:
    """Walk back from a tensor through elementary nodes, not beyond `source`.

    Returns the tensors whose nodes were passed, and the tensors that they read but for scalar
    constants: all of them without a source, else those at which the walk ended.
    """
    passed: list[str] = []
    leaves: list[str] = []
    waiting = [result]
    while waiting:
        name = waiting.pop(0)
        if name in passed or name in leaves:
            continue
        inside = name in protos and protos[name].op_type in _ELEMENTARY and name in nodes
        if name == source or not inside or len(passed) >= _MOST_NODES:
            leaves.append(name)
            continue
        passed.append(name)
        if source is None and name != result:
            leaves.append(name)
        waiting += [
            item
            for item in nodes[name].inputs
            if item and not (item in graph.constants and graph.constants[item].size == 1)
        ]
    return passed, leaves


def _curve(
    graph: FloatGraph,
    model: onnx.ModelProto,
    protos: Mapping[str, onnx.NodeProto],
    region: Sequence[str],
    source: str,
    result: str,
) -> NDArray[np.float64] | None:
    """Evaluate the nodes of a region at the points, None where that is not possible."""
    read = {name for item in region for name in protos[item].input}
    constants = [
        numpy_helper.from_array(np.asarray(graph.constants[name]).reshape(()), name)
        for name in sorted(read & graph.constants.keys())
    ]
    kind = onnx.TensorProto.FLOAT
    part = helper.make_graph(
        [proto for proto in model.graph.node if proto.output[0] in region],
        "region",
        [helper.make_tensor_value_info(source, kind, [len(_POINTS)])],
        [helper.make_tensor_value_info(result, kind, [len(_POINTS)])],
        initializer=constants,
    )
    opsets = [entry for entry in model.opset_import if entry.domain in {"", "ai.onnx"}]
    proto = helper.make_model(part, opset_imports=opsets)
    try:
        with np.errstate(all="ignore"):
            (values,) = ReferenceEvaluator(proto).run(None, {source: _POINTS})
    # Its errors share no class; a region that cannot be evaluated stays as it is.
    except Exception:  # noqa: BLE001
        return None
    curve = np.asarray(values, dtype=np.float64)
    return curve if curve.shape == _POINTS.shape else None


def _known(curve: NDArray[np.float64] | None) -> Operator | None:
    if curve is None:
        return None
    near = np.abs(_curves() - curve) <= _TOLERANCE * (1 + np.abs(_POINTS))
    matching = np.flatnonzero(near.all(axis=1))
    return _KNOWN[matching[0]][0] if matching.size else None


@cache
def _curves() -> NDArray[np.float64]:
    """Values of the known functions at the points, a row each."""
    points = _POINTS.tolist()
    return np.array([evaluate(function(VARIABLE).code, points) for _, function in _KNOWN])
