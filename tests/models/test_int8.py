"""Int8 models of ONNX Runtime's own quantizer: on real digits, its integers are the proven ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from examples.models.data import digits
from modulus.frontend import FloatReference, calibrate, load_onnx
from modulus.ir.graph import Graph
from modulus.quantize import Settings, compare, quantize
from tests.conformance.proving import prove_and_verify

ZOO = Path(__file__).parents[2] / "examples/models"
QUANTIZING = {"QuantizeLinear", "QLinearConv", "QGemm", "QLinearAdd"}
QUANTIZING |= {"QLinearAveragePool", "QLinearGlobalAveragePool"}

COUNT = 25
"""Digits that are compared."""

Array = NDArray[Any]
Run = dict[str, Array]


class Samples(CalibrationDataReader):  # type: ignore[misc]  # ONNX Runtime has no types
    """Calibration samples as ONNX Runtime's quantizer reads them."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs: Iterator[Run] = iter(runs)

    def get_next(self) -> Run | None:
        return next(self.runs, None)


def quantized(
    name: str, size: int, folder: Path, layout: QuantFormat, kind: QuantType, *, channels: bool
) -> tuple[onnx.ModelProto, list[Run]]:
    """A bundled model after static quantisation, and inputs that it was not calibrated with."""
    source = ZOO / f"{name}.onnx"
    port = onnx.load(source).graph.input[0].name
    seen, unseen = (digits(split, size)[0][:, None] for split in ("train", "test"))
    quantize_static(
        source,
        folder / "int8.onnx",
        Samples([{port: image} for image in seen[:20]]),
        quant_format=layout,
        activation_type=kind,
        weight_type=QuantType.QInt8,
        per_channel=channels,
    )
    return onnx.load(folder / "int8.onnx"), [{port: image} for image in unseen[:COUNT]]


def tensors_of(model: onnx.ModelProto, runs: list[Run]) -> list[Run]:
    """What ONNX Runtime makes of the quantised model itself, its integers included."""
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    made = {node.output[0] for node in model.graph.node if node.op_type in QUANTIZING}
    shown.graph.output.extend(onnx.ValueInfoProto(name=name) for name in sorted(made))
    session = onnxruntime.InferenceSession(shown.SerializeToString())
    names = [value.name for value in session.get_outputs()]
    return [dict(zip(names, session.run(names, run), strict=True)) for run in runs]


def differing(graph: Graph, runs: list[Run], expected: list[Run]) -> dict[str, tuple[int, int]]:
    """Per tensor of integers, how many differ and by how much at most."""
    found: dict[str, tuple[int, int]] = {}
    taps = {tap.name: tap.value for tap in graph.taps}
    for run, tensors in zip(runs, expected, strict=True):
        trace = graph.execute(graph.quantize_inputs(run))
        for name, array in tensors.items():
            if array.dtype.kind not in "iu":
                continue
            distance = np.abs(trace.value(taps[name]) - array.astype(np.int64))
            count, largest = found.get(name, (0, 0))
            found[name] = (
                count + int(np.count_nonzero(distance)),
                max(largest, int(distance.max())),
            )
    return found


def built(model: onnx.ModelProto, runs: list[Run]) -> Graph:
    graph = load_onnx(model)
    port = graph.inputs[0].name
    return quantize(graph, calibrate(graph, np.concatenate([run[port] for run in runs])))


CASES = [
    ("mlp", 8, QuantFormat.QDQ, QuantType.QUInt8, False),
    ("mlp", 8, QuantFormat.QOperator, QuantType.QInt8, True),
    ("lenet5", 28, QuantFormat.QOperator, QuantType.QUInt8, True),
    ("resnet", 16, QuantFormat.QDQ, QuantType.QInt8, True),
    ("resnet", 16, QuantFormat.QOperator, QuantType.QUInt8, False),
]
LAYOUTS = [f"{name}-{layout.name}-{kind.name}" for name, _, layout, kind, _ in CASES]


@pytest.mark.parametrize(("name", "size", "layout", "kind", "channels"), CASES, ids=LAYOUTS)
def test_integers_are_those_of_onnx_runtime(
    name: str, size: int, layout: QuantFormat, kind: QuantType, channels: bool, tmp_path: Path
):
    model, runs = quantized(name, size, tmp_path, layout, kind, channels=channels)
    graph = built(model, runs)
    counts = differing(graph, runs, tensors_of(model, runs))
    assert len(counts) >= 4
    # ONNX Runtime multiplies by float32 scales: one sum in a million lies so near a half that this
    # decides, and its neighbour spreads through the layers that follow.
    total = sum(value.size for value in tensors_of(model, runs[:1])[0].values()) * COUNT
    assert sum(count for count, _ in counts.values()) <= 5e-4 * total
    if name == "mlp":
        prove_and_verify(graph, graph.quantize_inputs(runs[0]))


def test_neighbours_are_counted_where_floats_decide_a_tie(tmp_path: Path):
    # ONNX Runtime averages the floats of a QDQ model: their rounding decides ties of the average.
    model, runs = quantized(
        "lenet5", 28, tmp_path, QuantFormat.QDQ, QuantType.QInt8, channels=False
    )
    graph = built(model, runs)
    counts = differing(graph, runs, tensors_of(model, runs))
    assert counts["/1/Relu_output_0_QuantizeLinear_Output"] == (0, 0)
    count, largest = counts["/2/AveragePool_output_0_QuantizeLinear_Output"]
    assert largest == 1
    assert 0 < count < 0.05 * COUNT * 6 * 14 * 14

    float_graph = load_onnx(model)
    report = compare(graph, runs, FloatReference(float_graph).run, Settings())
    layers = {layer.tensor: layer.differing for layer in report.layers}
    assert layers["/2/AveragePool_output_0_QuantizeLinear_Output"]
    assert layers["logits"] is None
    total = sum(count or 0 for count in layers.values())
    assert f"{total} of " in report.table()
