"""Folding batch normalisation into the convolution or matrix product before it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import onnx

from modulus.errors import ModelError
from modulus.frontend.structure import label
from modulus.frontend.workspace import Array, Workspace


def fold_normalizations(workspace: Workspace) -> None:
    """Replace Conv or Gemm followed by BatchNormalization by one Conv or Gemm.

    Only where nothing else reads the tensor between them.

    Numerics:
        Folded weights are computed in float64 and stored in the type of the weights.
    """
    readers = Counter(name for node in workspace.nodes for name in node.input if name)
    readers.update(workspace.output_names())
    producers = {node.output[0]: node for node in workspace.nodes if len(node.output) == 1}
    kept = []
    for node in workspace.nodes:
        producer = producers.get(node.input[0]) if node.op_type == "BatchNormalization" else None
        if (
            producer is None
            or producer.op_type not in {"Conv", "Gemm"}
            or readers[node.input[0]] != 1
            or not _is_constant(workspace, producer)
        ):
            kept.append(node)
            continue
        fold = _fold_into_conv if producer.op_type == "Conv" else _fold_into_gemm
        # Infinite weights need no warning here: the check that all weights are finite names them.
        with np.errstate(all="ignore"):
            fold(workspace, producer, *normalization_factors(workspace, node))
        # The product takes the name of what it now computes, so that reports agree.
        producer.output[0] = node.output[0]
        producers[node.output[0]] = producer
    workspace.nodes = kept
    workspace.drop_dead()
    workspace.infer()


def normalization_factors(workspace: Workspace, node: onnx.NodeProto) -> tuple[Array, Array]:
    """Per-channel factor and offset of a BatchNormalization node, in float64.

    Raises:
        ModelError: A variance is negative beyond epsilon, or a parameter is not finite.
    """
    scale, bias, mean, variance = (
        workspace.constants[name].astype(np.float64) for name in node.input[1:5]
    )
    epsilon = next((a.f for a in node.attribute if a.name == "epsilon"), 1e-5)
    if not np.all(variance + epsilon > 0):
        raise ModelError(f"{label(node)} has a variance that is not positive")
    factor = scale / np.sqrt(variance + epsilon)
    shift = bias - mean * factor
    if not (np.isfinite(factor).all() and np.isfinite(shift).all()):
        raise ModelError(f"{label(node)} has parameters that are not finite")
    return factor, shift


def _is_constant(workspace: Workspace, node: onnx.NodeProto) -> bool:
    return all(not name or name in workspace.constants for name in node.input[1:])


def _fold_into_conv(workspace: Workspace, node: onnx.NodeProto, scale: Array, shift: Array) -> None:
    weight = workspace.constants[node.input[1]]
    factor = scale.reshape(-1, *[1] * (weight.ndim - 1))
    bias = _third_input(workspace, node)
    _replace(workspace, node, 1, weight * factor, weight.dtype)
    _replace(workspace, node, 2, bias * scale + shift, weight.dtype)


def _fold_into_gemm(workspace: Workspace, node: onnx.NodeProto, scale: Array, shift: Array) -> None:
    weight = workspace.constants[node.input[1]]
    attributes = {attribute.name: attribute for attribute in node.attribute}
    transposed = "transB" in attributes and attributes["transB"].i != 0
    beta = attributes["beta"].f if "beta" in attributes else 1.0
    bias = _third_input(workspace, node) * beta
    _replace(workspace, node, 1, weight * (scale[:, None] if transposed else scale), weight.dtype)
    _replace(workspace, node, 2, bias * scale + shift, weight.dtype)
    if "beta" in attributes:
        attributes["beta"].f = 1.0


def _third_input(workspace: Workspace, node: onnx.NodeProto) -> Array:
    if len(node.input) < 3 or not node.input[2]:
        return np.zeros(1)
    return workspace.constants[node.input[2]].astype(np.float64)


def _replace(
    workspace: Workspace,
    node: onnx.NodeProto,
    position: int,
    value: Array,
    dtype: np.dtype[np.generic],
) -> None:
    """Give a node its own constant: the old one may be shared with another node."""
    name = f"{node.output[0]}.folded.{position}"
    while name in workspace.shapes or name in workspace.constants:
        name += "_"
    while len(node.input) <= position:
        node.input.append("")
    node.input[position] = name
    workspace.constants[name] = value.astype(dtype)
