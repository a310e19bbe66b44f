from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache

import numpy as np
import onnx
import pytest
from onnx import helper

from modulus.accuracy import Choice, Tolerance, Workload, proof_costs, search, trade_off, widths
from modulus.accuracy.cost import price
from modulus.errors import QuantizationError, WitnessError
from modulus.frontend import load_onnx
from modulus.ir import store
from modulus.options import Options
from modulus.quantize import Calibration, Settings
from tests.support import compiled as support

OPTIONS = Options(dimensions={"batch": 1})


@cache
def workload() -> Workload:
    return Workload(load_onnx(support.MODEL, {"batch": 1}), support.samples(), OPTIONS)


def labels() -> Workload:
    """A model whose output is integers."""
    features = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 5])
    label = helper.make_tensor_value_info("y", onnx.TensorProto.INT64, [1])
    node = helper.make_node("ArgMax", ["x"], ["y"], axis=1, keepdims=0)
    graph = helper.make_graph([node], "labels", [features], [label])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    samples = np.random.default_rng(0).standard_normal((6, 5)).astype(np.float32)
    return Workload(load_onnx(model), samples, OPTIONS)


def test_the_first_that_meets_the_tolerance_in_order_of_price_is_chosen() -> None:
    candidates = [Settings(bits) for bits in (20, 8, 16, 10)]
    found = search(workload(), candidates, Tolerance(error=1e-2))
    prices = []
    for candidate in candidates:
        costs = proof_costs(workload().build(candidate))
        measured = workload().measure(candidate).report
        if measured.output_error <= 1e-2:
            prices.append((price(costs.prove_seconds, costs.committed_entries), candidate))
    cheapest = min(prices, key=lambda entry: entry[0])[1]
    assert found.chosen.calibration.settings == cheapest
    assert [trial.met for trial in found.trials] == [False] * (len(found.trials) - 1) + [True]
    assert "cheapest of 4 settings with error <= 0.01" in found.reason


def test_more_is_spent_where_the_tolerance_is_smaller() -> None:
    candidates = [Settings(bits) for bits in (8, 12, 20)]
    loose = search(workload(), candidates, Tolerance(error=0.1)).chosen
    tight = search(workload(), candidates, Tolerance(error=3e-4)).chosen
    assert loose.calibration.settings.activation_bits == 8
    assert tight.calibration.settings.activation_bits == 20
    assert tight.report.output_error <= 3e-4 < loose.report.output_error


def test_no_settings_are_enough() -> None:
    with pytest.raises(QuantizationError, match="no settings meet error <= 1e-09") as caught:
        search(workload(), [Settings(8), Settings(16)], Tolerance(error=1e-9))
    assert "the closest, 16 and 14 bits, has error" in caught.value.message
    assert "its worst layer is output, tensor logits" in caught.value.message


def test_a_model_that_fits_no_settings() -> None:
    ranges = {"features": (-1e30, 1e30)}
    broken = Workload(workload().graph, support.samples(), OPTIONS)
    broken._ranges[None] = ranges | {"logits": (0.0, 1e-30)}
    with pytest.raises(QuantizationError, match="fits no settings"):
        search(broken, [Settings(8)], Tolerance())


def test_samples_outside_their_range_meet_no_tolerance() -> None:
    report = workload().measure(Settings(16, 14, margin=1.0, percentile=98)).report
    assert report.refused
    assert not Tolerance(error=0.5).met(report)


def test_agreement_of_labels_and_of_argmax() -> None:
    report = labels().measure(Settings()).report
    assert report.label_agreement == {"y": 1.0}
    assert report.outputs == ()
    assert Tolerance(None, 1.0).met(report)
    Tolerance(None, 1.0).check(report)
    assert report.output_error == 0.0
    wrong = replace(report, label_agreement={"y": 0.75})
    assert wrong.output_error == 0.25
    assert not Tolerance(0.2).met(wrong)
    assert Tolerance(0.3).met(wrong)
    assert Tolerance(0.1, 0.9).met(workload().measure(Settings()).report)


@pytest.mark.parametrize(("error", "agreement"), [(0.0, None), (1.0, None), (None, 1.1)])
def test_tolerances_outside_their_range(error: float | None, agreement: float | None) -> None:
    with pytest.raises(QuantizationError):
        Tolerance(error, agreement)


def test_an_agreement_needs_an_output_that_decides() -> None:
    report = replace(workload().measure(Settings()).report, argmax_agreement={})
    with pytest.raises(QuantizationError, match="both signs or labels"):
        Tolerance(None, 0.9).check(report)


def test_candidates_keep_what_is_fixed() -> None:
    every = widths(Settings(margin=2.0, percentile=99.0))
    assert len(every) == 26
    assert {(s.margin, s.percentile) for s in every} == {(2.0, 99.0)}
    assert {s.weight_bits for s in widths(Settings(), weight_bits=9)} == {9}


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"tolerance": 0.1}, "search of settings"),
        ({"activation_bits": "best"}, '"auto"'),
        ({"activation_bits": 7}, "8 to 20"),
        ({"activation_bits": 8, "calibration": Calibration(Settings(), {})}, "activation_bits"),
    ],
)
def test_contradictions_are_refused(choice: dict[str, object], words: str) -> None:
    with pytest.raises(QuantizationError, match=words):
        Choice(**choice)  # type: ignore[arg-type]


def test_the_settings_of_another_model_are_refused() -> None:
    choice = Choice(calibration=Calibration(Settings(), {"image": (0.0, 1.0)}))
    with pytest.raises(QuantizationError, match="no range for input features"):
        choice.apply(workload().graph, None, OPTIONS)


def test_the_trade_off_keeps_what_does_not_fit_and_chooses_like_a_search() -> None:
    asked = [Settings(8), Settings(16), Settings(16, percentile=51, margin=1.0)]
    found = trade_off(workload(), asked, Tolerance(error=1e-3))
    assert found.chosen is found.rows[1]
    assert found.choose().calibration.settings == Settings(16)
    assert found.rows[2].failure is not None
    assert "none of 16 samples" in found.rows[2].failure
    held = found.to_dict()
    assert held["chosen"] == 1
    assert held["rows"][1]["costs"]["gas"] > 200_000
    strict = trade_off(workload(), asked[:1], Tolerance(error=1e-9))
    assert strict.chosen is None
    with pytest.raises(QuantizationError, match="worst layer"):
        strict.choose()


def test_an_outlier_is_named_with_its_layer() -> None:
    samples = np.random.default_rng(0).standard_normal((1200, 20)).astype(np.float32)
    samples[7] *= 200
    report = Workload(workload().graph, samples, OPTIONS).measure(Settings()).report
    named = [finding for finding in report.findings if "has outliers" in finding.problem]
    assert named
    assert all(finding.layer for finding in named)


def test_a_calibration_is_compared_on_samples_if_there_are_any() -> None:
    measured = workload().measure(Settings(12))
    choice = Choice(calibration=measured.calibration)
    again = choice.apply(workload().graph, support.samples(), OPTIONS)
    assert store.dump(again.graph) == store.dump(measured.graph)
    assert again.report["accuracy"] == asdict(measured.report)
    with pytest.raises(WitnessError):
        choice.apply(workload().graph, 100 * support.samples(), OPTIONS)
