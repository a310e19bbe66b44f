"""Dropping operands that change nothing: a maximum with minus infinity, a minimum with infinity."""

from __future__ import annotations

import numpy as np
import onnx

from modulus.frontend.workspace import Workspace

_LEAST = np.finfo(np.float32).min
_EXTREMES = {"Max": (-np.inf, _LEAST), "Min": (-_LEAST, np.inf)}
"""Between these bounds a constant operand never decides: exporters write either for "no bound"."""


def drop_neutral_operands(workspace: Workspace) -> None:
    """Drop constant operands of Max and Min that no number exceeds, where the shape stays.

    Exporters guard the maximum inside a softmax like this; a constant that is not finite would
    otherwise be refused as a weight.
    """
    for node in workspace.nodes:
        if node.op_type in _EXTREMES and node.domain in {"", "ai.onnx"}:
            kept = [name for name in node.input if not _is_neutral(workspace, node, name)]
            shapes = [workspace.shapes[name] for name in kept]
            if kept and np.broadcast_shapes(*shapes) == workspace.shapes[node.output[0]]:
                del node.input[:]
                node.input.extend(kept)


def _is_neutral(workspace: Workspace, node: onnx.NodeProto, name: str) -> bool:
    value = workspace.constants.get(name)
    low, high = _EXTREMES[node.op_type]
    return value is not None and bool(((value >= low) & (value <= high)).all())
