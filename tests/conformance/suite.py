"""One suite for every operator: ONNX Runtime against the integer graph, case by case."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from modulus.frontend import calibrate, load_onnx
from modulus.ops import Bound, Operator
from modulus.quantize import Settings, quantize
from tests.conformance.proving import prove_and_verify

Array = NDArray[Any]

SAMPLES = 4
"""Random inputs per case; all are in the calibration, two are compared."""

MAX_SHOWN = 64
"""Longest attribute, in characters, that a case's label shows."""

ONE_UNIT = Bound(units=1)

SUITES: dict[type[Operator], list[Case]] = {}
"""The cases of every imported suite; the operators' pages measure costs on them."""

FLOAT_SLACK = 1e-5
"""Relative rounding of ONNX Runtime's float32 sums."""


@dataclass(frozen=True)
class Indices:
    """An input of integers below a limit."""

    shape: tuple[int, ...]
    below: int
    kind: int = onnx.TensorProto.INT64


Operand = tuple[int, ...] | Array | Indices | None


def shape_of(operand: Operand) -> tuple[int, ...]:
    """The shape of an operand that is there."""
    assert operand is not None
    return operand if isinstance(operand, tuple) else operand.shape


@dataclass(frozen=True)
class Case:
    """One node or model, and what ONNX Runtime is given."""

    operands: tuple[Operand, ...]
    """An activation's shape, a constant's array, or None for an optional input that is left out."""
    attributes: dict[str, Any] = field(default_factory=dict)
    opset: int = 17
    bound: Bound = ONE_UNIT
    """That of a model of several nodes; one operator states its own."""
    count: int = 0
    """What the bound is counted by; 0 takes the largest extent, which is no less."""
    depth: int = 0
    """Weights that each output sums: each may be off by half a unit of the weights."""
    spread: float = 1.0
    """Activations are normal with this standard deviation."""
    note: str = ""
    outputs: tuple[int, ...] = (onnx.TensorProto.FLOAT,)
    """Element types of the outputs; 0 leaves an output out."""

    @property
    def label(self) -> str:
        """How pytest names the case."""
        shapes = [
            "none" if entry is None else "x".join(map(str, entry)) or "scalar"
            for entry in (o if isinstance(o, tuple | None) else o.shape for o in self.operands)
        ]
        # Lists of nodes or coefficients would fill a page: the note tells such cases apart.
        values = [f"{k}={v}" for k, v in self.attributes.items() if len(f"{v}") < MAX_SHOWN]
        words = [",".join(shapes), *values, f"opset{self.opset}", self.note]
        return " ".join(word for word in words if word)


def case(
    *operands: Operand,
    opset: int = 17,
    bound: Bound = ONE_UNIT,
    count: int = 0,
    depth: int = 0,
    spread: float = 1.0,
    note: str = "",
    outputs: tuple[int, ...] = (onnx.TensorProto.FLOAT,),
    **attributes: Any,
) -> Case:
    """A case whose other keyword arguments are the node's attributes."""
    return Case(tuple(operands), attributes, opset, bound, count, depth, spread, note, outputs)


def operator_suite(operator: type[Operator], cases: Sequence[Case]) -> Callable[[Case], None]:
    """The test of one operator.

    Every case is imported, calibrated, quantised and executed, and each output lies within the
    operator's bound of what ONNX Runtime computes from the same (rounded) inputs.
    """

    SUITES.setdefault(operator, []).extend(cases)

    @pytest.mark.parametrize("case", cases, ids=[case.label for case in cases])
    def test(case: Case) -> None:
        check(operator, case)

    return test


def check(operator: type[Operator], case: Case) -> None:
    """Run one case; fails with the largest error and the bound."""
    check_model(one_node_model(operator, case), case, operator.bound)


def check_model(model: onnx.ModelProto, case: Case, stated: Bound | None = None) -> None:
    """Compare a model with its integer graph on random inputs, and prove one of them.

    Args:
        model: The model.
        case: Its operands, and the bound of a model of several nodes.
        stated: The bound of the only operator, which takes the place of the case's.
    """
    stated = stated or case.bound
    graph = load_onnx(model)
    generator = np.random.default_rng(zlib.crc32(case.label.encode()))
    limits = {f"x{i}": o.below for i, o in enumerate(case.operands) if isinstance(o, Indices)}
    runs = [
        {
            info.name: generator.integers(0, limits[info.name], info.shape).astype(info.dtype)
            if info.name in limits
            else (case.spread * generator.standard_normal(info.shape)).astype(info.dtype)
            for info in graph.inputs
        }
        for _ in range(SAMPLES)
    ]
    samples = {info.name: np.stack([run[info.name] for run in runs]) for info in graph.inputs}
    settings = Settings()
    integer_graph = quantize(graph, calibrate(graph, samples), settings)
    reference = original(model)
    for number, run in enumerate(runs[:2]):
        integers = integer_graph.quantize_inputs(run)
        # Inputs are rounded before the comparison: the bounds are about the operator alone.
        rounded = {
            port.name: port.numbers(integers[port.name]).astype(run[port.name].dtype)
            for port in integer_graph.inputs
        }
        expected = reference(rounded)
        trace = integer_graph.execute(integers)
        for port in integer_graph.outputs:
            found = trace.value(port.value) * port.value.scale
            bound = _limit(case, stated, settings, rounded, expected[port.name], port.value.scale)
            assert found.shape == expected[port.name].shape
            error = float(np.max(np.abs(found - expected[port.name]), initial=0.0))
            assert error <= bound, f"error {error:.3g} exceeds {bound:.3g} in {port.name}"
        if number == 0:
            prove_and_verify(integer_graph, integers)


def original(model: onnx.ModelProto) -> Callable[[dict[str, Array]], dict[str, Array]]:
    """The model as it was before it was read: the reading is under test too.

    The ONNX reference evaluator takes the place of ONNX Runtime for what that does not know.
    """
    names = [value.name for value in model.graph.output]
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), providers=["CPUExecutionProvider"]
        )
    # ONNX Runtime's exceptions share no base class of their own.
    except Exception:  # noqa: BLE001
        session = ReferenceEvaluator(model)
    return lambda inputs: dict(zip(names, session.run(None, inputs), strict=True))


def _limit(
    case: Case,
    stated: Bound,
    settings: Settings,
    inputs: dict[str, Array],
    expected: Array,
    scale: float,
) -> float:
    """Return the largest error allowed, float rounding of ONNX Runtime included."""
    largest: float = max(float(np.max(np.abs(array), initial=0.0)) for array in inputs.values())
    weights = [entry for entry in case.operands if isinstance(entry, np.ndarray)]
    unit = 0.0
    if weights:
        unit = float(np.max(np.abs(weights[0]), initial=0.0)) / (
            2 ** (settings.weight_bits - 1) - 1
        )
    shapes = [array.shape for array in inputs.values()]
    # Axes, entries of a slice and steps of a sequence: no more than these.
    count = case.count or max(max((len(shape), *shape)) for shape in shapes)
    bound = stated.limit(
        scale, largest, settings.activation_bits, count=count, weights=case.depth * unit / 2
    )
    slack = (
        FLOAT_SLACK
        * (1 + float(np.max(np.abs(expected), initial=0.0)))
        * math.sqrt(max(1, case.depth))
    )
    return bound + slack


def one_node_model(operator: type[Operator], case: Case) -> onnx.ModelProto:
    """A model of one node: activations are inputs, arrays are initialisers."""
    names, inputs, constants = [], [], []
    for position, operand in enumerate(case.operands):
        name = "" if operand is None else f"x{position}"
        names.append(name)
        if isinstance(operand, np.ndarray):
            constants.append(numpy_helper.from_array(operand, name))
        elif isinstance(operand, Indices):
            inputs.append(helper.make_tensor_value_info(name, operand.kind, operand.shape))
        elif operand is not None:
            inputs.append(
                helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, list(operand))
            )
    made = [f"y{i or ''}" if kind else "" for i, kind in enumerate(case.outputs)]
    node = helper.make_node(
        operator.onnx_name, names, made, name="node", domain=operator.domain, **case.attributes
    )
    outputs = [
        helper.make_tensor_value_info(name, case.attributes.get("to", kind), None)
        for name, kind in zip(made, case.outputs, strict=True)
        if kind
    ]
    graph = helper.make_graph([node], "case", inputs, outputs, initializer=constants)
    opsets = [helper.make_opsetid("", case.opset)]
    if operator.domain:
        version = 3 if operator.domain == "ai.onnx.ml" else 1
        opsets.append(helper.make_opsetid(operator.domain, version))
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def weights(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    """Random constants for a case."""
    return np.random.default_rng((seed, *shape)).standard_normal(shape).astype(np.float32)


def whole(*numbers: int) -> NDArray[np.int64]:
    """A constant list of integers: axes, shapes, pads."""
    return np.array(numbers, np.int64)


__all__ = [
    "SUITES",
    "Case",
    "Indices",
    "case",
    "check",
    "check_model",
    "operator_suite",
    "shape_of",
    "weights",
    "whole",
]
