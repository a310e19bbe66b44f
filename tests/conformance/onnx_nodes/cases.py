"""The node tests of the installed `onnx` package, as models with the inputs that Modulus takes."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases
from onnx.backend.test.case.test_case import TestCase

from modulus.ops import operators

Array = NDArray[Any]

STATIC_INPUTS: Mapping[str, tuple[int, ...]] = {
    "AffineGrid": (1,),
    "BlackmanWindow": (0,),
    "CausalConvWithState": (1, 2),
    "CenterCropPad": (1,),
    "DequantizeLinear": (1, 2),
    "HammingWindow": (0,),
    "HannWindow": (0,),
    "If": (0,),
    "Loop": (0, 1),
    "LSTM": (7,),
    "MatMulInteger": (1, 2, 3),
    "NegativeLogLikelihoodLoss": (1, 2),
    "Pow": (1,),
    "QLinearConv": (1, 2, 3, 4, 5, 6, 7, 8),
    "QLinearMatMul": (1, 2, 3, 4, 5, 6, 7),
    "QuantizeLinear": (1, 2),
    "RotaryEmbedding": (1, 2, 3),
    "SoftmaxCrossEntropyLoss": (1, 2),
}
"""Inputs that a model has as constants, beside those that the operators here declare."""

VALUES_READ = {"Shape": 0, "Size": 0, "CastLike": 1}
"""How many inputs' values count; the others matter for their shape or type only."""


@dataclass(frozen=True)
class NodeCase:
    """One test of ONNX: a model, its inputs, and the outputs that ONNX states."""

    name: str
    model: onnx.ModelProto
    """As ONNX made it: everything is an input."""
    inputs: Mapping[str, Array]
    outputs: Mapping[str, Array]


@cache
def all_cases() -> Mapping[str, TestCase]:
    """Every node test of the package by name, functions written out included."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # Some cases compute their infinities and overflows as they are made.
        warnings.simplefilter("ignore")
        return {case.name: case for case in collect_testcases(None)}


def model_of(name: str) -> onnx.ModelProto:
    """The model of a case."""
    model = all_cases()[name].model
    assert model is not None
    return model


def decoded(name: str) -> NodeCase:
    """A case with its data as arrays.

    Raises:
        TypeError: An input or output is a sequence, or left out.
    """
    model = model_of(name)
    ((inputs, outputs),) = all_cases()[name].data_sets or ()
    return NodeCase(
        name,
        model,
        {value.name: _array(data) for value, data in zip(model.graph.input, inputs, strict=True)},
        {value.name: _array(data) for value, data in zip(model.graph.output, outputs, strict=True)},
    )


def _array(data: Any) -> Array:
    if isinstance(data, onnx.TensorProto):
        return numpy_helper.to_array(data)
    if isinstance(data, np.ndarray) or np.isscalar(data):
        return np.asarray(data)
    raise TypeError(f"{type(data).__name__} is no tensor")


def as_user_model(case: NodeCase) -> tuple[onnx.ModelProto, dict[str, Array]]:
    """The model as a user would have it: shapes, axes and scales are constants.

    An output that depends on no input is added to an input that is zero: all else would be computed
    when the model is read.

    Returns:
        The model, and the inputs that are left.
    """
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    graph = model.graph
    static = _static_names(graph)
    inputs = [value for value in graph.input if value.name not in static]
    graph.initializer.extend(
        numpy_helper.from_array(case.inputs[value.name], value.name)
        for value in graph.input
        if value.name in static
    )
    del graph.input[:]
    graph.input.extend(inputs)
    feeds = {value.name: case.inputs[value.name] for value in inputs}
    dynamic = _dynamic_names(graph)
    for value in graph.output:
        if value.name not in dynamic:
            _add_zero(graph, value, feeds)
    if not set(feeds) & _reads(graph):
        raise AssertionError(f"{case.name} reads none of its inputs")
    return model, feeds


def _static_names(graph: onnx.GraphProto) -> set[str]:
    """Everything that static inputs of nodes are computed from."""
    makers = {name: node for node in graph.node for name in node.output}
    waiting, found = set[str](), set[str]()
    for node in graph.node:
        operator = operators().get((node.domain, node.op_type))
        declared = operator.static_inputs if operator else ()
        positions = {*declared, *STATIC_INPUTS.get(node.op_type, ())}
        waiting.update(node.input[p] for p in positions if p < len(node.input))
    while waiting:
        name = waiting.pop()
        if name and name not in found:
            found.add(name)
            waiting.update(_values_read(makers[name]) if name in makers else ())
    return found


def _dynamic_names(graph: onnx.GraphProto) -> set[str]:
    """Everything that depends on the values of the inputs."""
    dynamic = {value.name for value in graph.input}
    for node in graph.node:
        inner = [n for a in node.attribute if a.HasField("g") for b in a.g.node for n in b.input]
        if not dynamic.isdisjoint([*_values_read(node), *inner]):
            dynamic.update(node.output)
    return dynamic


def _values_read(node: onnx.NodeProto) -> Iterable[str]:
    return list(node.input)[: VALUES_READ.get(node.op_type)]


def _reads(graph: onnx.GraphProto) -> set[str]:
    return {
        name
        for node in graph.node
        for name in [
            *node.input,
            *(n for a in node.attribute if a.HasField("g") for b in a.g.node for n in b.input),
        ]
    }


def _add_zero(graph: onnx.GraphProto, value: onnx.ValueInfoProto, feeds: dict[str, Array]) -> None:
    kind = value.type.tensor_type.elem_type
    name, zero = value.name, f"{value.name}.zero"
    for node in graph.node:
        for position, output in enumerate(node.output):
            if output == name:
                node.output[position] = f"{name}.constant"
    operator = "Or" if kind == onnx.TensorProto.BOOL else "Add"
    graph.node.append(helper.make_node(operator, [f"{name}.constant", zero], [name]))
    graph.input.append(helper.make_tensor_value_info(zero, kind, []))
    feeds[zero] = np.zeros((), helper.tensor_dtype_to_np_dtype(kind))
