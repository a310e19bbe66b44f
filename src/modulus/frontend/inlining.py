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


def number_labels(model: onnx.ModelProto) -> list[str]:
    """Replace textual class labels by their positions, in place; return what was decided.

    Text cannot be proven; the position of a label in the model's list can.
    """
    notes = []
    for node in model.graph.node:
        if node.domain != _ML:
            continue
        for attribute in node.attribute:
            if attribute.name != "classlabels_strings" or not attribute.strings:
                continue
            labels = [text.decode("utf-8", "replace") for text in attribute.strings]
            trees = node.op_type == "TreeEnsembleClassifier"
            name = "classlabels_int64s" if trees else "classlabels_ints"
            attribute.CopyFrom(onnx.helper.make_attribute(name, list(range(len(labels)))))
            _make_whole(model, {node.output[0]})
            listing = ", ".join(f"{i}: {text}" for i, text in enumerate(labels[:8]))
            notes.append(f"{node.output[0]} holds the positions of the labels ({listing})")
    for tensor in model.graph.initializer:
        readers = [node for node in model.graph.node if tensor.name in node.input]
        extracts = all(
            node.op_type == "ArrayFeatureExtractor" and node.input[0] == tensor.name
            for node in readers
        )
        if tensor.data_type == onnx.TensorProto.STRING and readers and extracts:
            count = len(tensor.string_data)
            shape = list(tensor.dims)
            tensor.CopyFrom(
                onnx.helper.make_tensor(tensor.name, onnx.TensorProto.INT64, shape, range(count))
            )
            _make_whole(model, {name for node in readers for name in node.output})
            notes.append(f"entries of {tensor.name} are proven as their positions")
    return notes


def _make_whole(model: onnx.ModelProto, names: set[str]) -> None:
    """Give labels, and what only reshapes them, the type of integers."""
    for node in model.graph.node:
        if node.op_type in {"Reshape", "Identity", "Squeeze", "Flatten"} and node.input[0] in names:
            names |= set(node.output)
        if node.op_type == "Cast" and node.input[0] in names:
            for attribute in node.attribute:
                if attribute.name == "to" and attribute.i == onnx.TensorProto.STRING:
                    attribute.i = onnx.TensorProto.INT64
                    names |= set(node.output)
    for value in model.graph.output:
        if value.name in names:
            value.type.tensor_type.elem_type = onnx.TensorProto.INT64


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
