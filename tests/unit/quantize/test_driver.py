from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import ClassVar

import numpy as np
import pytest

from modulus.errors import ArtifactError, QuantizationError, ShapeError, WitnessError
from modulus.ir.graph import Graph, Visibility
from modulus.ir.ports import FixedPoint, Ports
from modulus.ir.steps import Copy, Limbs, Requantize
from modulus.ops import FloatGraph, Node, Operator, TensorInfo
from modulus.ops._builder import Builder, Operand
from modulus.quantize import Report, Settings, compare, quantize, quantize_for
from modulus.quantize.driver import Run
from modulus.relations.system import Role
from modulus.schedule.checks import check_system
from tests.unit.ir.dense import check

SETTINGS = Settings(activation_bits=8, weight_bits=8)


@dataclass(frozen=True)
class Dense(Operator):
    """x @ w."""

    onnx_name: ClassVar[str] = "Dense"
    weight: np.ndarray = field(default_factory=lambda: np.eye(2))

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        return (build.contract("rd,dc->rc", inputs[0], self.weight, "c"),)


@dataclass(frozen=True)
class Rectify(Operator):
    """max(x, 0)."""

    onnx_name: ClassVar[str] = "Rectify"

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        return (build.relu(inputs[0]),)


@dataclass(frozen=True)
class Turn(Operator):
    """The transpose."""

    onnx_name: ClassVar[str] = "Turn"

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        return (build.transpose(inputs[0], (1, 0)),)


@dataclass(frozen=True)
class Refuse(Operator):
    """Nothing fits it."""

    onnx_name: ClassVar[str] = "Refuse"

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        raise ShapeError("two and three differ", hint="use two")


WEIGHT = np.array([[0.5, -1.0], [0.25, 2.0]])
RANGES = {"x": (-1.0, 1.0), "h": (-3.0, 3.0)}


def model(*nodes: Node, outputs: tuple[str, ...]) -> FloatGraph:
    info = TensorInfo("x", (2, 2), np.dtype(np.float32))
    held = tuple(TensorInfo(name, (2, 2), np.dtype(np.float32)) for name in outputs)
    return FloatGraph(nodes, {}, (info,), held, {}, b"")


def layered() -> FloatGraph:
    return model(
        Node("dense", Dense(WEIGHT), ("x",), ("h",)),
        Node("relu", Rectify(), ("h",), ("y",)),
        outputs=("y",),
    )


def reference(run: Run) -> dict[str, np.ndarray]:
    h = np.asarray(run["x"]) @ WEIGHT
    return {"h": h, "y": np.maximum(h, 0)}


def samples(count: int) -> list[dict[str, np.ndarray]]:
    random = np.random.default_rng(0)
    return [{"x": random.uniform(-1, 1, (2, 2))} for _ in range(count)]


def checked(graph: Graph) -> None:
    system = graph.relations()
    check_system(system)
    check(system, graph.execute(graph.quantize_inputs(samples(1)[0])).arrays)


def test_a_relu_is_fused_into_the_rounding_before_it() -> None:
    graph = quantize(layered(), RANGES, SETTINGS)
    steps = [type(step).__name__ for step in graph.steps if not isinstance(step, Limbs)]
    assert steps == ["Input", "Contraction", "Requantize"]
    checked(graph)


def test_what_is_used_twice_is_rounded_once() -> None:
    graph = quantize(
        model(
            Node("dense", Dense(WEIGHT), ("x",), ("h",)),
            Node("relu", Rectify(), ("h",), ("y",)),
            outputs=("y", "h"),
        ),
        RANGES,
        SETTINGS,
    )
    assert sum(isinstance(step, Requantize) for step in graph.steps) == 1
    assert {tap.name for tap in graph.taps} == {"h", "y"}
    checked(graph)


def test_the_scale_follows_the_calibrated_range() -> None:
    narrow = quantize(layered(), RANGES, SETTINGS).outputs[0].value
    wide = quantize(layered(), {"x": RANGES["x"]}, SETTINGS).outputs[0].value
    # Static range: |x| <= 1.5 by the margin, times a column of weights.
    assert wide.scale == pytest.approx(1.5 * 3 / 255, rel=0.02)
    assert narrow.scale == pytest.approx(1.5 * 3 / 255)
    tight = quantize(layered(), RANGES | {"h": (-1.0, 1.0)}, SETTINGS).outputs[0].value
    assert tight.scale == pytest.approx(1.5 / 255)


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.PRIVATE])
def test_views_get_a_copy_when_they_are_public(visibility: Visibility) -> None:
    graph = quantize(
        model(Node("turn", Turn(), ("x",), ("y",)), outputs=("y",)),
        RANGES,
        SETTINGS,
        Ports(outputs=visibility),
    )
    copies = sum(isinstance(step, Copy) for step in graph.steps)
    assert copies == (visibility is Visibility.PUBLIC)
    checked(graph)


def test_an_input_that_is_an_output_is_public_once() -> None:
    graph = quantize(model(outputs=("x",)), RANGES, SETTINGS)
    assert len({public.tensor for public in graph.relations().public}) == 2
    checked(graph)


def test_private_inputs_are_range_checked() -> None:
    graph = quantize(layered(), RANGES, SETTINGS, Ports(Visibility.PRIVATE))
    assert "x.range" in {lookup.name for lookup in graph.relations().lookups}
    assert [public.name for public in graph.relations().public] == ["y"]
    checked(graph)


def test_the_relation_system_does_not_depend_on_weights() -> None:
    other = model(
        Node("dense", Dense(WEIGHT * 0.01 - 1), ("x",), ("h",)),
        Node("relu", Rectify(), ("h",), ("y",)),
        outputs=("y",),
    )
    first = quantize(layered(), RANGES, SETTINGS).relations()
    second = quantize(other, RANGES, SETTINGS).relations()
    assert first.tensors == second.tensors
    assert first.pointwise == second.pointwise
    assert first.definitions == second.definitions
    assert first.lookups == second.lookups


def test_building_twice_gives_the_same_graph() -> None:
    first, second = (quantize(layered(), RANGES, SETTINGS) for _ in range(2))
    assert first.tensors == second.tensors
    assert first.steps == second.steps


def test_an_uncalibrated_input_is_refused() -> None:
    with pytest.raises(QuantizationError, match="input x"):
        quantize(layered(), {}, SETTINGS)


def test_an_infinite_range_is_refused() -> None:
    with pytest.raises(QuantizationError, match="not finite"):
        quantize(layered(), RANGES | {"h": (0.0, float("inf"))}, SETTINGS)


def test_committed_ports_are_tensors_of_their_own_in_the_shape_of_users() -> None:
    committed = Ports(Visibility.COMMITTED, Visibility.COMMITTED)
    for graph, copies in (
        (layered(), 0),
        (model(Node("turn", Turn(), ("x",), ("y",)), outputs=("y",)), 1),
    ):
        made = quantize(graph, RANGES, SETTINGS, committed)
        assert sum(isinstance(step, Copy) for step in made.steps) == copies
        system = made.relations()
        assert [(port.name, port.is_output) for port in system.committed] == [
            ("x", False),
            (made.outputs[0].name, True),
        ]
        for port in (*made.inputs, *made.outputs):
            assert port.value.stored is not None
            tensor = made.tensors[port.value.stored]
            assert (tensor.role, tensor.shape) == (Role.PORT, port.value.shape)
        assert not system.public
        assert "x.range" in {lookup.name for lookup in system.lookups}
        checked(made)


def test_ports_by_name() -> None:
    graph = quantize(layered(), RANGES, SETTINGS, Ports({"x": Visibility.COMMITTED}))
    assert [port.name for port in graph.relations().committed] == ["x"]
    assert [public.name for public in graph.relations().public] == ["y"]


def test_an_input_can_have_integers_that_are_given() -> None:
    def ports(scale: float, bits: int | None = None) -> Ports:
        return Ports(fixed={"x": FixedPoint(scale, bits)})

    reach = max(map(abs, RANGES["x"]))
    for asked, bits in ((ports(reach / 100), 8), (ports(reach / 100, 12), 12)):
        value = quantize(layered(), RANGES, SETTINGS, asked).inputs[0].value
        assert (value.scale, value.high) == (reach / 100, (1 << (bits - 1)) - 1)
    fine = quantize(layered(), RANGES, SETTINGS, ports(reach / 1000, 62)).inputs[0].value
    assert fine.high == 1023
    for scale in (reach / (1 << 19), 0.0, float("nan")):
        with pytest.raises(QuantizationError, match="input x"):
            quantize(layered(), RANGES, SETTINGS, ports(scale))


def test_errors_name_the_node() -> None:
    graph = model(Node("odd", Refuse(), ("x",), ("y",)), outputs=("y",))
    with pytest.raises(ShapeError, match=r"node odd .*: two and three differ\nhint: use two"):
        quantize(graph, RANGES, SETTINGS)


def test_the_margin_grows_until_the_samples_fit() -> None:
    ranges = RANGES | {"h": (-0.8, 0.8)}
    runs = [{"x": np.array([[0.9, -0.9], [0.1, 0.9]])}]
    graph = quantize(layered(), ranges, SETTINGS)
    integers = graph.quantize_inputs(runs[0])
    with pytest.raises(WitnessError, match="dense|relu"):
        graph.execute(integers)
    graph, settings = quantize_for(layered(), ranges, runs, SETTINGS)
    assert settings.margin > SETTINGS.margin
    graph.execute(graph.quantize_inputs(runs[0]))


def test_samples_that_never_fit_are_refused() -> None:
    runs = [{"x": np.full((2, 2), 100.0)}]
    with pytest.raises(QuantizationError, match="calibration sample"):
        quantize_for(layered(), RANGES, runs, SETTINGS)


def test_the_report_measures_every_layer() -> None:
    graph = quantize(layered(), RANGES, SETTINGS)
    report = compare(graph, samples(50), reference, SETTINGS)
    (layer,) = report.layers
    assert (layer.tensor, report.samples, report.worst) == ("y", 50, "y")
    assert 0 < layer.mean_error < layer.max_error < 0.05
    assert 0 <= layer.headroom < 1
    assert report.argmax_agreement["y"] > 0.9
    (finding,) = report.findings
    assert "y is off by" in finding.problem
    assert "raise activation_bits to 10" in finding.remedy
    assert "finding: y is off" in report.table()
    assert report.agreement == report.argmax_agreement["y"]
    assert report.output_error == layer.max_error / layer.reach


def test_a_close_model_needs_no_remedy() -> None:
    settings = Settings()
    report = compare(quantize(layered(), RANGES, settings), samples(9), reference, settings)
    assert report.findings == ()
    assert report.layers[0].relative < 1e-4


def test_samples_outside_a_percentile_are_counted_and_left_out() -> None:
    settings = Settings(percentile=90, margin=1.0)
    graph = quantize(layered(), RANGES | {"h": (-1.2, 1.2)}, settings)
    inside, outside = {"x": np.full((2, 2), 0.2)}, {"x": np.array([[-0.9, 0.9]] * 2)}
    report = compare(graph, [inside, outside, inside], reference, settings)
    assert [refusal.sample for refusal in report.refused] == [1]
    assert "1 of 3 samples" in str(report.findings[0])
    assert "dense" in report.refused[0].reason or "relu" in report.refused[0].reason
    with pytest.raises(QuantizationError, match="none of 1 samples"):
        compare(graph, [outside], reference, settings)
    with pytest.raises(WitnessError):
        compare(graph, [outside], reference, Settings(margin=1.0))


def test_a_report_survives_storing() -> None:
    graph = quantize(layered(), RANGES, SETTINGS)
    report = compare(graph, samples(3), reference, SETTINGS)
    held = json.loads(json.dumps(asdict(report)))
    assert Report.from_stored(held) == report
    with pytest.raises(ArtifactError, match="another version"):
        Report.from_stored({"suggestion": None})
