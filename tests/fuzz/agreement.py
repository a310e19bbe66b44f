"""Whether a model that is accepted computes what ONNX Runtime computes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from modulus.frontend import calibrate, load_onnx
from modulus.ir.graph import Graph
from modulus.ops import Bound, TensorInfo
from modulus.quantize import Settings, quantize
from tests.conformance.suite import Case, Indices

MOST_ELEMENTS = 1 << 18
"""Larger models are read and no more."""
SLACK = 1e-4
"""Relative rounding of float32, with constants that are larger than usual."""
COUNT = 20
"""Of what bounds are counted by: more axes, entries or steps are not drawn."""
COARSER = 4
"""Tables reach as far as their arguments may, so that their unit may be coarser."""
SETTINGS = Settings()

Array = NDArray[Any]
Run = dict[str, Array]

OPTIONS = onnxruntime.SessionOptions()
# Some of its fusions do not survive shapes that its kernels refuse.
OPTIONS.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
OPTIONS.log_severity_level = 4


def assert_agreement(
    model: onnx.ModelProto, case: Case, bound: Bound, generator: np.random.Generator
) -> bool:
    """Run a model of one node both ways; False where that cannot be compared.

    Args:
        model: The model.
        case: What it was made of.
        bound: The largest error of its outputs.
        generator: Of the inputs.

    Raises:
        ModulusError: The model is refused.
    """
    built = integer_graph(model, index_limits(case), case.spread, generator)
    if built is None:
        return False
    graph, run, units = built
    integers = graph.quantize_inputs(run)
    # Inputs are rounded before the comparison: the bounds are about the operator alone.
    rounded = {
        port.name: port.numbers(integers[port.name]).astype(run[port.name].dtype)
        for port in graph.inputs
    }
    trace = graph.execute(integers)
    names = [port.name for port in graph.outputs]
    expected = onnx_runtime(model, rounded, names)
    if expected is None:
        return False
    for port in graph.outputs:
        found = port.numbers(trace.value(port.value))
        assert_within(bound, case, rounded.values(), found, expected[port.name], units[port.name])
    return True


def integer_graph(
    model: onnx.ModelProto,
    limits: Mapping[str, int],
    spread: float,
    generator: np.random.Generator,
) -> tuple[Graph, Run, dict[str, float]] | None:
    """A model, calibrated on two runs of random inputs; the first of them; units of its outputs.

    A unit is that of the calibrated range, or not much more: an operator that goes on at a coarse
    scale of its inputs does not hold its bound.

    None where the model is too large to be run.

    Raises:
        ModulusError: The model is refused.
    """
    graph = load_onnx(model)
    if sum(int(np.prod(shape)) for shape in graph.shapes.values()) > MOST_ELEMENTS:
        return None
    runs = [draw(graph.inputs, limits, spread, generator) for _ in range(2)]
    samples = {info.name: np.stack([run[info.name] for run in runs]) for info in graph.inputs}
    ranges = calibrate(graph, samples)
    built = quantize(graph, ranges, SETTINGS)
    unit = COARSER * SETTINGS.margin / ((1 << (SETTINGS.activation_bits - 1)) - 1)
    units = {
        port.name: min(port.value.scale, max(map(abs, ranges[port.name])) * unit)
        if port.name in graph.reals
        else port.value.scale
        for port in built.outputs
    }
    return built, runs[0], units


def draw(
    inputs: Iterable[TensorInfo],
    limits: Mapping[str, int],
    spread: float,
    generator: np.random.Generator,
) -> Run:
    """Random inputs: places below a limit, else normal numbers."""
    return {
        info.name: generator.integers(0, limits[info.name], info.shape).astype(info.dtype)
        if info.name in limits
        else (spread * generator.standard_normal(info.shape)).astype(info.dtype)
        for info in inputs
    }


def index_limits(case: Case) -> dict[str, int]:
    """Below what the integer inputs of a case's model lie."""
    return {f"x{i}": o.below for i, o in enumerate(case.operands) if isinstance(o, Indices)}


def onnx_runtime(
    model: onnx.ModelProto, inputs: Mapping[str, Array], names: Sequence[str]
) -> Run | None:
    """ONNX Runtime's outputs by name; None where it refuses the model."""
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), OPTIONS, providers=["CPUExecutionProvider"]
        )
        return dict(zip(names, session.run(names, inputs), strict=True))
    # ONNX Runtime's exceptions share no base class of their own.
    except Exception:  # noqa: BLE001
        return None


def assert_within(
    bound: Bound,
    case: Case,
    inputs: Iterable[Array],
    found: Array,
    expected: Array,
    unit: float,
    *,
    moved: float = 0.0,
) -> None:
    """Hold an output of an operator to its bound, and float32 to a little slack.

    Args:
        bound: What the operator states.
        case: What the operator's model was made of.
        inputs: What it read.
        found: Its result.
        expected: ONNX Runtime's result.
        unit: Scale of the result.
        moved: How far the rounding of the inputs may move the result.
    """
    largest = max((_peak(array) for array in inputs), default=0.0)
    step = _products(case) / (2 ** (SETTINGS.weight_bits - 1) - 1)
    allowed = bound.limit(unit, largest, SETTINGS.activation_bits, count=COUNT, weights=step / 2)
    allowed += moved + SLACK * (1 + _peak(expected))
    assert found.shape == expected.shape
    error = _peak(found - expected.astype(np.float64))
    # Written so that what is not a number does not agree.
    assert error <= allowed, f"error {error:.3g} exceeds {allowed:.3g}"


def _products(case: Case) -> float:
    """The largest weight times an upper limit on the products of one output."""
    lists = [np.array(value) for value in case.attributes.values() if isinstance(value, list)]
    constants = [entry for entry in case.operands if isinstance(entry, np.ndarray)]
    weights = [entry for entry in (*lists, *constants) if entry.dtype.kind == "f" and entry.size]
    return max((_peak(entry) * entry.size for entry in weights), default=0.0)


def _peak(array: Array) -> float:
    return float(np.max(np.abs(array.astype(np.float64)), initial=0.0))
