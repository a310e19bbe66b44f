"""Whether a model that is accepted computes what ONNX Runtime computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from modulus.frontend import calibrate, load_onnx
from modulus.ops import Bound
from modulus.quantize import Settings, quantize

MOST_ELEMENTS = 1 << 18
"""Larger models are read and no more."""
SLACK = 1e-4
"""Relative rounding of float32, with constants that are larger than usual."""

Run = dict[str, NDArray[Any]]

OPTIONS = onnxruntime.SessionOptions()
# Some of its fusions do not survive shapes that its kernels refuse.
OPTIONS.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
OPTIONS.log_severity_level = 4


def draw(
    graph_inputs: Any, limits: dict[str, int], spread: float, generator: np.random.Generator
) -> Run:
    """Random inputs: places below a limit, else normal numbers."""
    return {
        info.name: generator.integers(0, limits[info.name], info.shape).astype(info.dtype)
        if info.name in limits
        else (spread * generator.standard_normal(info.shape)).astype(info.dtype)
        for info in graph_inputs
    }


def assert_agreement(
    model: onnx.ModelProto,
    bound: Bound,
    *,
    limits: dict[str, int] | None = None,
    spread: float = 1.0,
    products: float = 0.0,
    seed: int = 0,
) -> bool:
    """Run a model both ways; False where ONNX Runtime refuses it, or it is too large to run.

    Args:
        model: The model.
        bound: The largest error of its outputs.
        limits: Bounds of inputs of integers.
        spread: Standard deviation of the other inputs.
        products: The largest weight times the number of products of one output.
        seed: Of the inputs.

    Raises:
        ModulusError: The model is refused.
    """
    graph = load_onnx(model)
    if sum(int(np.prod(shape)) for shape in graph.shapes.values()) > MOST_ELEMENTS:
        return False
    generator = np.random.default_rng(seed)
    runs = [draw(graph.inputs, limits or {}, spread, generator) for _ in range(2)]
    samples = {info.name: np.stack([run[info.name] for run in runs]) for info in graph.inputs}
    settings = Settings()
    built = quantize(graph, calibrate(graph, samples), settings)
    integers = built.quantize_inputs(runs[0])
    rounded = {
        port.name: port.numbers(integers[port.name]).astype(runs[0][port.name].dtype)
        for port in built.inputs
    }
    trace = built.execute(integers)
    try:
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), OPTIONS, providers=["CPUExecutionProvider"]
        )
        names = [port.name for port in built.outputs]
        expected = dict(zip(names, session.run(names, rounded), strict=True))
    # ONNX Runtime's exceptions share no base class of their own.
    except Exception:  # noqa: BLE001
        return False
    largest = max(float(np.max(np.abs(array), initial=0.0)) for array in rounded.values())
    unit = products / (2 ** (settings.weight_bits - 1) - 1)
    for port in built.outputs:
        reals = np.asarray(expected[port.name], dtype=np.float64)
        found = trace.value(port.value) * port.value.scale
        allowed = bound.limit(
            port.value.scale, largest, settings.activation_bits, count=20, weights=unit / 2
        )
        allowed += SLACK * (1 + float(np.max(np.abs(reals), initial=0.0)))
        assert found.shape == reals.shape, port.name
        error = float(np.max(np.abs(found - reals), initial=0.0))
        assert error <= allowed, f"{port.name}: error {error:.3g} exceeds {allowed:.3g}"
    return True
