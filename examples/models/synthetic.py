"""Untrained networks of any size for benchmarks, built with `onnx.helper` alone."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def dense(widths: Sequence[int], *, seed: int = 0) -> onnx.ModelProto:
    """A perceptron with ReLU between its layers and random weights.

    Weights are drawn by He's rule, so that activations keep their magnitude however deep the
    network is; biases are small and not zero, so that folding them away cannot flatter a
    measurement.

    Args:
        widths: features of the input, of every hidden layer and of the output, at least two.
        seed: seed of the weights; equal seeds give equal models.

    Returns:
        A checked model with input "image" of shape (batch, widths[0]) and output "logits" of
        shape (batch, widths[-1]).

    Raises:
        ValueError: fewer than two widths, or one that is not positive.

    Source: He et al., "Delving Deep into Rectifiers", 2015.
    """
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(f"widths must be at least two positive numbers, got {list(widths)}")
    random = np.random.default_rng(seed)
    nodes, initialisers = [], []
    current, last = "image", len(widths) - 2
    for layer, (inputs, outputs) in enumerate(pairwise(widths)):
        weight = random.normal(0.0, np.sqrt(2.0 / inputs), (outputs, inputs))
        bias = random.normal(0.0, 0.01, outputs)
        initialisers += [
            numpy_helper.from_array(weight.astype(np.float32), f"weight{layer}"),
            numpy_helper.from_array(bias.astype(np.float32), f"bias{layer}"),
        ]
        target = "logits" if layer == last else f"dense{layer}"
        operands = [current, f"weight{layer}", f"bias{layer}"]
        nodes.append(helper.make_node("Gemm", operands, [target], f"gemm{layer}", transB=1))
        current = target
        if layer != last:
            current = f"relu{layer}"
            nodes.append(helper.make_node("Relu", [target], [current], current))
    graph = helper.make_graph(
        nodes,
        "dense",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", widths[0]])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", widths[-1]])],
        initialisers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def mlp_1m() -> onnx.ModelProto:
    """The benchmark's perceptron 512-1024-512-10 with 1,055,242 parameters."""
    return dense((512, 1024, 512, 10))
