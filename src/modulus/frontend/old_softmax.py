"""Softmax, LogSoftmax and Hardmax before opset 13: over all axes from one on, taken as one."""

from __future__ import annotations

from math import prod

import onnx

from modulus.frontend.expanding import Expander, replace_nodes
from modulus.frontend.workspace import Workspace
from modulus.ops._expansion import reshape

_KINDS = frozenset({"Hardmax", "LogSoftmax", "Softmax"})
_ONE_AXIS_SINCE = 13
_OLD_DEFAULT = 1


def flatten_old_softmax(workspace: Workspace) -> bool:
    """Write old nodes as nodes of one axis, the last; whether there was one.

    Nodes that say so already are left alone.
    """

    def replacement(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type not in _KINDS or node.domain not in {"", "ai.onnx"}:
            return None
        shape = workspace.shapes.get(node.input[0])
        if shape is None:
            return None
        stated = {attribute.name: attribute.i for attribute in node.attribute}.get("axis")
        axis = _OLD_DEFAULT if stated is None else stated
        first = axis + len(shape) if axis < 0 else axis
        if stated is not None and first == len(shape) - 1:
            return None
        to = Expander(workspace, node.name or node.op_type, 1)
        flat = reshape(to, node.input[0], (prod(shape[:first]), prod(shape[first:])))
        y = to.add(node.op_type, flat, axis=1)
        to.deliver({node.output[0]: reshape(to, y, shape)})
        return to.nodes

    return workspace.opset < _ONE_AXIS_SINCE and replace_nodes(workspace, replacement)
