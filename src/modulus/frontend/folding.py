"""Constant folding: what depends on no input is computed once, when the model is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator

from modulus.errors import ModelError, ShapeError, UnsupportedOperatorError
from modulus.frontend.structure import label
from modulus.frontend.support import attributes_of
from modulus.frontend.workspace import Array, Workspace, decode_tensor

MAX_FOLDED_ELEMENTS = 1 << 26
"""Most elements that folding may make in total: a bound on what a hostile file can allocate."""

_RANDOM = frozenset(
    {
        "Bernoulli",
        "Multinomial",
        "RandomNormal",
        "RandomNormalLike",
        "RandomUniform",
        "RandomUniformLike",
    }
)
_SCALAR_ATTRIBUTES: Mapping[str, type[np.generic]] = {
    "value_float": np.float32,
    "value_floats": np.float32,
    "value_int": np.int64,
    "value_ints": np.int64,
}


def fold_constants(workspace: Workspace, budget: int = MAX_FOLDED_ELEMENTS) -> int:
    """Evaluate every node all of whose inputs are known; leaves types and shapes inferred.

    Returns what is left of the budget of elements.

    Raises:
        ModelError: A constant node cannot be evaluated, or its result is too large.
        ShapeError: Shapes do not fit together.
    """
    # Constant nodes first: their errors are clearer than what inference says about them.
    budget = _fold_once(workspace, budget)
    while True:
        workspace.infer()
        before = len(workspace.nodes)
        budget = _fold_once(workspace, budget)
        workspace.drop_dead()
        if len(workspace.nodes) == before:
            return budget


def _fold_once(workspace: Workspace, budget: int) -> int:
    kept = []
    for node in workspace.nodes:
        values = _values(workspace, node, budget)
        if values is None:
            kept.append(node)
            continue
        for name, value in zip(node.output, values, strict=False):
            if name:
                budget -= value.size
                workspace.constants[name] = value
                workspace.shapes[name] = value.shape
    workspace.nodes = kept
    return budget


def _values(workspace: Workspace, node: onnx.NodeProto, budget: int) -> list[Array] | None:
    """Outputs of a node if they are known now."""
    if node.domain not in {"", "ai.onnx"}:
        return None
    if node.op_type == "Constant":
        return [constant_value(node)]
    if node.op_type in {"Shape", "Size"}:
        return _shape_value(workspace, node)
    known = all(not name or name in workspace.constants for name in node.input)
    if not known or node.op_type in _RANDOM:
        return None
    if any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute):
        return None
    # Attack: ConstantOfShape or Tile of a few bytes can ask for terabytes; evaluate only what is
    # known to be small.
    shapes = [workspace.shapes.get(name) for name in node.output if name]
    if any(shape is None for shape in shapes):
        return None
    elements = sum(math.prod(shape) for shape in shapes if shape is not None)
    if elements > budget:
        raise ModelError(
            f"{label(node)} is constant and has {elements} elements; constants may fill at most "
            f"{MAX_FOLDED_ELEMENTS} in total"
        )
    return _evaluate(workspace, node)


def constant_value(node: onnx.NodeProto) -> Array:
    """The array of a Constant node.

    Raises:
        ModelError: It holds no number, or more than one value.
        UnsupportedOperatorError: It is sparse or textual.
    """
    if len(node.attribute) != 1:
        raise ModelError(f"{label(node)} has {len(node.attribute)} values, expected one")
    (attribute,) = node.attribute
    if attribute.name == "value":
        return decode_tensor(attribute.t)
    if attribute.name not in _SCALAR_ATTRIBUTES:
        raise UnsupportedOperatorError(
            f"{label(node)}: attribute {attribute.name} is not supported"
        )
    return np.array(attributes_of(node)[attribute.name], _SCALAR_ATTRIBUTES[attribute.name])


def _shape_value(workspace: Workspace, node: onnx.NodeProto) -> list[Array] | None:
    shape = workspace.shapes.get(node.input[0])
    if shape is None:
        return None
    if node.op_type == "Size":
        return [np.array(math.prod(shape), np.int64)]
    attributes = {attribute.name: attribute.i for attribute in node.attribute}
    # Negative and exceeding bounds are clamped, exactly as a Python slice does.
    part = shape[attributes.get("start", 0) : attributes.get("end", len(shape))]
    return [np.array(part, np.int64)]


def _evaluate(workspace: Workspace, node: onnx.NodeProto) -> list[Array]:
    feeds = {name: workspace.constants[name] for name in node.input if name}
    graph = onnx.helper.make_graph(
        [node],
        "constant",
        [
            onnx.helper.make_tensor_value_info(
                name, onnx.helper.np_dtype_to_tensor_dtype(array.dtype), None
            )
            for name, array in feeds.items()
        ],
        [
            onnx.helper.make_tensor_value_info(name, workspace.types.get(name, 0), None)
            for name in node.output
        ],
    )
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", workspace.opset)], ir_version=8
    )
    try:
        results = _evaluator(model).run(None, feeds)
    # The evaluator runs code of every operator and lets any of their exceptions through.
    except Exception as error:
        raise ModelError(f"{label(node)} is constant but cannot be evaluated: {error}") from error
    arrays = [np.asarray(result) for result in results]
    if any(array.dtype.kind not in "biuf" for array in arrays):
        raise ModelError(f"{label(node)} is constant but its value is not numeric")
    return arrays


def _evaluator(model: onnx.ModelProto) -> Any:
    """The ONNX reference evaluator, or ONNX Runtime for versions of operators that it lacks."""
    try:
        return ReferenceEvaluator(model)
    except RuntimeError:
        return onnxruntime.InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"]
        )


def require_shapes(workspace: Workspace) -> None:
    """Refuse tensors whose shape is still not known, and empty ones.

    Raises:
        ShapeError: Names the first.
    """
    for node in workspace.nodes:
        for name in node.output:
            if not name:
                continue
            shape = workspace.shapes.get(name)
            if shape is None:
                raise ShapeError(
                    f"the shape of {name!r}, output of {label(node)}, depends on the model's input",
                    hint="export the model with static shapes",
                )
            if 0 in shape:
                raise ShapeError(f"{name!r}, output of {label(node)}, is empty: shape {shape}")
