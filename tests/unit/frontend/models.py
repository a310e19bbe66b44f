"""Small ONNX models for the tests of the frontend."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Extent = int | str | None


def tensor(name: str, shape: Sequence[Extent], kind: int = onnx.TensorProto.FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def model(
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[str],
    constants: Mapping[str, NDArray[Any]] | None = None,
    *,
    opset: int = 17,
    domains: Sequence[str] = (),
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "test",
        inputs,
        [tensor(name, None) for name in outputs],  # type: ignore[arg-type]  # shape left open
        initializer=[numpy_helper.from_array(v, k) for k, v in (constants or {}).items()],
    )
    opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(d, 1) for d in domains)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def linear(batch: Extent = "batch", weight: NDArray[Any] | None = None) -> onnx.ModelProto:
    """y = relu(x W), four to three."""
    weight = np.arange(12, dtype=np.float32).reshape(4, 3) if weight is None else weight
    return model(
        [
            helper.make_node("MatMul", ["x", "w"], ["h"], name="product"),
            helper.make_node("Relu", ["h"], ["y"], name="rectify"),
        ],
        [tensor("x", [batch, 4])],
        ["y"],
        {"w": weight},
    )


def random(shape: Sequence[int], seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
