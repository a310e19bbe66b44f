"""Functions of the model and maps of labels: written out before anything else reads the graph."""

from __future__ import annotations

import onnx
import onnx.inliner

from modulus.errors import ModelError
from modulus.frontend.structure import MAX_NODES

_ML = "ai.onnx.ml"


def inline_functions(model: onnx.ModelProto) -> None:
    """Replace calls of functions that the model defines by their bodies, in place.

    Raises:
        ModelError: A function calls itself, or the result is too large.
    """
    if not model.functions:
        return
    # Attack: functions that call each other twice double the graph with each of a few bytes.
    size = _size(model)
    if size > MAX_NODES:
        raise ModelError(
            f"the model has {size} nodes when its functions are written out; at most {MAX_NODES} "
            "are supported"
        )
    try:
        inlined = onnx.inliner.inline_local_functions(model)
    except (RuntimeError, ValueError) as error:
        raise ModelError(f"the model's functions cannot be written out: {error}") from error
    model.CopyFrom(inlined)
    del model.functions[:]


def drop_zip_maps(model: onnx.ModelProto) -> None:
    """Replace ZipMap, which only labels the columns of a tensor, by that tensor, in place."""
    for node in model.graph.node:
        if node.op_type != "ZipMap" or node.domain != _ML:
            continue
        node.op_type, node.domain = "Identity", ""
        del node.attribute[:]
        for value in model.graph.output:
            if value.name in node.output:
                value.type.Clear()
                value.type.tensor_type.elem_type = onnx.TensorProto.FLOAT


def _size(model: onnx.ModelProto) -> int:
    functions = {
        (function.domain, function.name, function.overload): function
        for function in model.functions
    }
    sizes: dict[tuple[str, str, str], int] = {}
    active: set[tuple[str, str, str]] = set()

    def of_nodes(nodes: list[onnx.NodeProto]) -> int:
        return sum(of_node(node) for node in nodes)

    def of_node(node: onnx.NodeProto) -> int:
        total = 1
        for attribute in node.attribute:
            total += of_nodes(list(attribute.g.node))
            for graph in attribute.graphs:
                total += of_nodes(list(graph.node))
        key = (node.domain, node.op_type, node.overload)
        if key not in functions:
            return total
        if key in active:
            raise ModelError(f"function {node.op_type} calls itself")
        if key not in sizes:
            active.add(key)
            sizes[key] = of_nodes(list(functions[key].node))
            active.discard(key)
        return total + sizes[key]

    try:
        return of_nodes(list(model.graph.node))
    except RecursionError as error:
        raise ModelError("the model's functions are nested too deeply") from error
