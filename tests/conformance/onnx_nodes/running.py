"""Running a node test: quantised, executed, and held to the bounds that the operators state."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

from modulus.frontend import calibrate, load_onnx
from modulus.ops import Bound, operators
from modulus.quantize import Settings, quantize_for
from tests.conformance.onnx_nodes.cases import Array, NodeCase, as_user_model

NODE_UNITS = 8.0
"""Units of the output that each node of a function may add: their bounds do not simply add up."""

SLACK = {"float16": 2.0**-9, "bfloat16": 2.0**-6}
"""Relative rounding of ONNX's own results, by type; that of sums of float32 for all others."""

FLOAT_SLACK = 1e-5


@dataclass(frozen=True)
class Misfit:
    """An output that is not what ONNX says."""

    output: str
    error: float
    bound: float


def misfits(case: NodeCase) -> list[Misfit]:
    """Run a case as `modulus run` does, and return the outputs beyond their bounds.

    The bound is the operator's own, and beside it what the rounding of the inputs makes of ONNX's
    own evaluation.

    Raises:
        ModulusError: The case cannot be run.
    """
    model, feeds = as_user_model(case)
    graph = load_onnx(model)
    samples = {info.name: feeds[info.name][None] for info in graph.inputs}
    ranges = calibrate(graph, samples)
    given = {info.name: feeds[info.name] for info in graph.inputs}
    integers, settings = quantize_for(graph, ranges, [given])
    inputs = integers.quantize_inputs(given)
    rounded = {
        port.name: (inputs[port.name] * port.units).astype(feeds[port.name].dtype)
        for port in integers.inputs
    }
    trace = integers.execute(inputs)
    reference = _evaluated(model, {**feeds, **rounded})
    found = []
    for port in integers.outputs:
        expected = case.outputs[port.name]
        result = trace.value(port.value) * port.value.scale
        assert result.shape == expected.shape, f"{port.name}: {result.shape}, not {expected.shape}"
        error = np.abs(result - expected.astype(np.float64))
        if port.name in reference:
            moved = np.abs(reference[port.name].astype(np.float64) - expected.astype(np.float64))
            error = error - np.where(np.isfinite(moved), moved, 0.0)
        stated = _bound_of(case, len(graph.nodes))
        bound = _limit(stated, model, settings, rounded, port.value.scale) + _slack(expected)
        largest = float(np.max(error, initial=0.0))
        # Written so that what is not a number is a misfit.
        if not largest <= bound:
            found.append(Misfit(port.name, largest, bound))
    return found


def _evaluated(model: onnx.ModelProto, inputs: dict[str, Array]) -> dict[str, Array]:
    """ONNX's own evaluation; empty where the evaluator does not know an operator."""
    names = [value.name for value in model.graph.output]
    try:
        with np.errstate(all="ignore"):
            results = ReferenceEvaluator(model).run(None, inputs)
    # The evaluator lets the exceptions of its operators through.
    except Exception:  # noqa: BLE001
        return {}
    return dict(zip(names, map(np.asarray, results), strict=True))


def _limit(
    bound: Bound,
    model: onnx.ModelProto,
    settings: Settings,
    inputs: dict[str, Array],
    unit: float,
) -> float:
    largest = max((_peak(array) for array in inputs.values()), default=0.0)
    shapes = [array.shape for array in inputs.values()]
    count = max(max((len(shape), *shape)) for shape in shapes)
    constants = [numpy_helper.to_array(tensor) for tensor in model.graph.initializer]
    floats = [array for array in constants if array.dtype.kind not in "biu" and array.ndim > 1]
    # Half a unit of each weight, in as many products as an output can have.
    weights = sum(
        _peak(array) / (2**settings.weight_bits - 2) * array.size / min(array.shape)
        for array in floats
    )
    return bound.limit(unit, largest, settings.activation_bits, count=count, weights=weights)


def _bound_of(case: NodeCase, nodes: int) -> Bound:
    """What the only operator states; of a function, what so many nodes may add."""
    (first, *others) = case.model.graph.node
    operator = operators().get((first.domain, first.op_type))
    if operator is not None and not others:
        return operator.bound
    return Bound(units=NODE_UNITS * math.sqrt(nodes), inputs=NODE_UNITS)


def _slack(expected: Array) -> float:
    relative = SLACK.get(expected.dtype.name, FLOAT_SLACK)
    return relative * (1 + _peak(expected))


def _peak(array: Array) -> float:
    return float(np.max(np.abs(array.astype(np.float64)), initial=0.0))
