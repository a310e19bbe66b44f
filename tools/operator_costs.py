"""What operators cost, measured by expanding small cases of the conformance suites."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto

from modulus.frontend import load_onnx
from modulus.ir.graph import Graph, Visibility
from modulus.ir.ports import Ports
from modulus.ops import Operator, TensorInfo
from modulus.quantize import Settings, quantize
from modulus.relations.system import Role
from tests.conformance.suite import SUITES, Case, case, one_node_model, weights

SUITE_FOLDER: Final = Path(__file__).resolve().parent.parent / "tests" / "conformance" / "ops"
MOST_CASES: Final = 3
REACH: Final = 3.0
"""Inputs are real numbers up to this."""

EVALUATED: Final = frozenset({"Constant", "ConstantOfShape", "EyeLike", "Range", "Shape", "Size"})
"""Operators whose result is known when the model is read, so that they are not there any more."""

BOOL, UINT8, UINT32 = TensorProto.BOOL, TensorProto.UINT8, TensorProto.UINT32
_SCALE = np.array(0.05, np.float32)
_ZERO = np.array(3, np.uint8)
_BYTES = np.clip(weights(6, 5) * 40 + 128, 0, 255).astype(np.uint8)
_KERNEL = np.clip(weights(4, 3, 3, 3) * 40 + 128, 0, 255).astype(np.uint8)

TYPED: Final[Mapping[str, tuple[Case, tuple[int, ...]]]] = {
    "Acosh": (case((3, 5)), ()),
    "And": (case((3, 5), (3, 5)), (BOOL, BOOL)),
    "BitShift": (case((3, 5), np.array(3, np.uint32), direction="RIGHT"), (UINT32,)),
    "DequantizeLinear": (case((3, 5), _SCALE, _ZERO), (UINT8,)),
    "Log": (case((3, 5)), ()),
    "Not": (case((3, 5)), (BOOL,)),
    "Or": (case((3, 5), (3, 5)), (BOOL, BOOL)),
    "QLinearConv": (
        case((1, 3, 5, 5), _SCALE, _ZERO, _KERNEL, _SCALE, _ZERO, _SCALE, _ZERO),
        (UINT8,),
    ),
    "QLinearMatMul": (
        case((2, 6), _SCALE, _ZERO, _BYTES, _SCALE, _ZERO, _SCALE, _ZERO),
        (UINT8,),
    ),
    "Reciprocal": (case((3, 5)), ()),
    "ReduceLogSum": (case((3, 8), axes=[1]), ()),
    "Sqrt": (case((3, 5)), ()),
    "Where": (case((3, 5), (3, 5), (3, 5)), (BOOL,)),
    "Xor": (case((3, 5), (3, 5)), (BOOL, BOOL)),
}
"""Cases of operators whose tests are models of several nodes, with the types of their inputs."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one case costs beside its inputs; the proof of a model adds up its nodes."""

    case: str
    entries: int
    """Entries of all outputs."""
    committed: int
    """Integers committed to per proof."""
    lookups: int
    table_rows: int
    """Rows of function tables, which nodes with the same function and scale share."""
    weights: int
    """Integers committed to once per model."""
    steps: tuple[str, ...]
    """Kinds of the integer steps."""


def suites() -> Mapping[type[Operator], list[Case]]:
    """Import all conformance suites of operators and return their cases."""
    for path in sorted(SUITE_FOLDER.glob("test_*.py")):
        importlib.import_module(f"tests.conformance.ops.{path.stem}")
    return SUITES


def costs(operator: type[Operator]) -> list[Cost]:
    """Measure an operator on its first cases; nothing where no suite has one."""
    return [measure(label, model()) for label, model in models(operator)]


def measure(label: str, model: onnx.ModelProto) -> Cost:
    """Quantise a model at default settings and count; nothing is executed."""
    graph = load_onnx(model)
    ranges = {info.name: _range(info) for info in graph.inputs}
    # Private outputs: a public one that is a view would cost a copy that models rarely need.
    # As in a model with more lookups than its range tables have rows.
    ports = Ports(outputs=Visibility.PRIVATE)
    built = quantize(graph, ranges, Settings(), ports, by_limbs=False)
    given = {port.value.stored for port in built.inputs}
    trace = [
        tensor.shape
        for number, tensor in enumerate(built.tensors)
        if tensor.role is Role.TRACE and number not in given
    ]
    lookups = [entry.shape for entry in built.relations().lookups]
    return Cost(
        label,
        sum(prod(port.value.shape) for port in built.outputs),
        _entries(trace),
        _entries(lookups),
        _entries(_shapes(built, Role.TABLE)),
        _entries(_shapes(built, Role.WEIGHT)),
        tuple(dict.fromkeys(type(step).__name__ for step in built.steps[len(given) :])),
    )


def models(operator: type[Operator]) -> Iterator[tuple[str, Callable[[], onnx.ModelProto]]]:
    """Small models of one node each, by what tells them apart."""
    name = operator.onnx_name
    if name in EVALUATED:
        return
    if name == "TreeEnsemble":
        trees = importlib.import_module("tests.conformance.ops.test_trees")
        yield "two trees, three nodes", trees.model_of
    elif name in TYPED:
        held, kinds = TYPED[name]
        yield held.label, lambda: _typed(one_node_model(operator, held), kinds)
    else:
        for held in suites().get(operator, [])[:MOST_CASES]:
            yield held.label, partial(one_node_model, operator, held)


def _typed(model: onnx.ModelProto, kinds: tuple[int, ...]) -> onnx.ModelProto:
    """Give inputs and output element types other than float."""
    for value, kind in zip(model.graph.input, kinds, strict=False):
        value.type.tensor_type.elem_type = kind
    inferred = onnx.shape_inference.infer_shapes(_untyped_outputs(model))
    model.graph.output[0].CopyFrom(inferred.graph.output[0])
    return model


def _untyped_outputs(model: onnx.ModelProto) -> onnx.ModelProto:
    for value in model.graph.output:
        value.ClearField("type")
    return model


def _range(info: TensorInfo) -> tuple[float, float]:
    if info.dtype.kind == "f":
        return -REACH, REACH
    return (0.0, 1.0) if info.dtype.kind == "b" else (0.0, 255.0)


def _shapes(graph: Graph, role: Role) -> list[tuple[int, ...]]:
    return [tensor.shape for tensor in graph.tensors if tensor.role is role]


def _entries(shapes: list[tuple[int, ...]]) -> int:
    return sum(prod(shape) for shape in shapes)
