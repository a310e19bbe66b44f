"""Steps to which a quantised model rounds its inputs itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modulus.ops import FloatGraph, Node

_KEEPS_NUMBERS = frozenset({"Flatten", "Reshape", "Squeeze", "Transpose", "Unsqueeze"})


def input_steps(graph: FloatGraph) -> dict[str, float]:
    """The steps of inputs that are only ever divided by one constant and rounded."""
    readers: dict[str, list[Node]] = {}
    for node in graph.nodes:
        for name in node.inputs:
            readers.setdefault(name, []).append(node)
    outputs = {info.name for info in graph.outputs}

    def steps(name: str) -> set[float | None]:
        """What becomes of a tensor; None stands for anything but division and rounding."""
        found: set[float | None] = {None} if name in outputs else set()
        for node in readers.get(name, []):
            kind = node.operator.onnx_name
            if kind in _KEEPS_NUMBERS and node.inputs[0] == name:
                found |= steps(node.outputs[0])
            elif kind == "Div" and node.inputs[0] == name:
                after = [reader.operator.onnx_name for reader in readers.get(node.outputs[0], [])]
                rounded = after == ["Round"] and node.outputs[0] not in outputs
                found.add(_positive(graph.constants.get(node.inputs[1])) if rounded else None)
            else:
                found.add(None)
        return found

    result = {}
    for info in graph.inputs:
        (step, *others) = steps(info.name) or {None}
        if step is not None and not others:
            result[info.name] = step
    return result


def _positive(array: NDArray[np.generic] | None) -> float | None:
    """The only entry of a constant, where it is positive."""
    if array is None or array.size != 1:
        return None
    step = float(array.reshape(-1)[0])
    return step if step > 0 else None
