"""A float model as tables: operators, parameters, multiplications."""

from __future__ import annotations

from collections import Counter
from math import prod

from modulus.cli.console import facts, table
from modulus.ops import FloatGraph, Node


def describe_model(graph: FloatGraph) -> str:
    """Describe a model before it is compiled."""
    parameters = sum(array.size for array in graph.constants.values() if array.dtype.kind == "f")
    macs = sum(multiplications(graph, node) for node in graph.nodes)
    operators = Counter(node.operator.onnx_name for node in graph.nodes)
    ports = [("tensor", "direction", "shape")]
    for direction, infos in (("input", graph.inputs), ("output", graph.outputs)):
        ports += [(info.name, direction, "x".join(map(str, info.shape))) for info in infos]
    parts = [
        table(ports),
        table([("operator", "nodes"), *((n, str(c)) for n, c in sorted(operators.items()))]),
        facts([("parameters", f"{parameters:,}"), ("multiplications", f"{macs:,}")]),
        *graph.notes,
    ]
    return "\n\n".join(parts)


def multiplications(graph: FloatGraph, node: Node) -> int:
    """Return the multiply-accumulates of a node with a constant weight: outputs times fan-in."""
    weights = [
        graph.constants[name]
        for name in node.inputs[1:2]
        if name in graph.constants and graph.constants[name].ndim >= 2
    ]
    if not weights:
        return 0
    (weight,) = weights
    outputs = prod(graph.shapes[node.outputs[0]])
    channels = _result_channels(graph, node, weight.shape)
    return outputs * weight.size // channels if channels else 0


def _result_channels(graph: FloatGraph, node: Node, weight: tuple[int, ...]) -> int:
    """The extent of the weight's axis that the result keeps: its size counts once per output."""
    shape = graph.shapes[node.outputs[0]]
    candidates = (shape[1] if len(shape) > 2 else shape[-1], shape[-1])
    return next((extent for extent in candidates if extent in weight), 0)
