"""Rounding before what only compares: so that a sum is rounded once, to the model's own integers.

A quantised model rounds relu(conv(x)) to multiples of a step. Neither Relu, Clip and MaxPool nor
rounding ever decrease where an entry grows, so the two may change places; then the exact sum is
rounded, where else an approximation of it would be.
"""

from __future__ import annotations

import numpy as np
import onnx

from modulus.frontend.workspace import Array, Workspace

_CLIP_BOUNDS_AS_INPUTS = 11


def round_early(workspace: Workspace) -> None:
    """Move every division by a positive step and rounding in front of Relu, Clip and MaxPool."""
    for node in list(workspace.nodes):
        while _moved(workspace, node):
            pass


def _moved(workspace: Workspace, rounding: onnx.NodeProto) -> bool:
    if rounding.op_type != "Round":
        return False
    division = _only_source(workspace, rounding)
    if division is None or division.op_type != "Div":
        return False
    step = workspace.constants.get(division.input[1])
    if step is None or not np.all(step > 0):
        return False
    comparing = _only_source(workspace, division)
    if comparing is None or not _scaled(workspace, comparing, step):
        return False
    source, result = comparing.input[0], rounding.output[0]
    for node, name in ((division, source), (rounding, division.output[0])):
        node.input[0] = name
        node.output[0] = workspace.fresh(f"{source}/{node.op_type}")
        workspace.shapes[node.output[0]] = workspace.shapes[source]
        workspace.types[node.output[0]] = workspace.types[source]
    rounding.input[0] = division.output[0]
    comparing.input[0], comparing.output[0] = rounding.output[0], result
    workspace.nodes.remove(comparing)
    workspace.nodes.insert(workspace.nodes.index(rounding) + 1, comparing)
    return True


def _only_source(workspace: Workspace, node: onnx.NodeProto) -> onnx.NodeProto | None:
    """The node that makes the first input, if nobody else reads it."""
    name = node.input[0]
    readers = sum(list(reader.input).count(name) for reader in workspace.nodes)
    if readers != 1 or name in workspace.output_names():
        return None
    return next((maker for maker in workspace.nodes if maker.output[0] == name), None)


def _scaled(workspace: Workspace, node: onnx.NodeProto, step: Array) -> bool:
    """Whether a node only compares; its bounds are then counted in steps."""
    if node.op_type == "Relu":
        return True
    if node.op_type == "MaxPool":
        return len([name for name in node.output if name]) == 1
    if node.op_type != "Clip" or workspace.opset < _CLIP_BOUNDS_AS_INPUTS or step.size != 1:
        return False
    bounds = [name for name in node.input[1:] if name]
    if not all(name in workspace.constants for name in bounds):
        return False
    for position, name in enumerate(node.input):
        if position and name:
            held = workspace.fresh(f"{name}/steps")
            scaled = np.asarray(np.round(workspace.constants[name] / step.reshape(())))
            workspace.constants[held] = scaled
            workspace.shapes[held], workspace.types[held] = scaled.shape, workspace.types[name]
            node.input[position] = held
    return True
