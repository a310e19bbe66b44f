from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modulus.errors import QuantizationError, ShapeError, WitnessError
from modulus.ir.steps import Requantize, Split
from modulus.quantize.operand import Constant, Pending
from modulus.quantize.settings import Settings
from modulus.relations.system import Role
from tests.unit.quantize.harness import Harness, rounded, uniform

Shape = tuple[int, ...]

slow_relations = settings(deadline=None, max_examples=15)


@slow_relations
@given(
    rows=st.integers(1, 3),
    depth=st.integers(1, 6),
    columns=st.integers(1, 4),
    relu=st.booleans(),
    channel=st.sampled_from(["c", None]),
)
def test_dense_layer(rows: int, depth: int, columns: int, relu: bool, channel: str | None) -> None:
    harness = Harness()
    x = harness.input("x", (rows, depth))
    weight, bias = uniform((depth, columns), 1), uniform((columns,), 2)
    y = harness.build.add(harness.build.contract("rd,dc->rc", x, weight, channel), Constant(bias))
    if relu:
        y = harness.build.relu(y)
    array = uniform((rows, depth))
    result, value = harness.result(y, {"x": array})
    expected = rounded(array, x) @ weight + bias
    expected = np.maximum(expected, 0) if relu else expected
    # Rounding of the result, and of every weight to its 8 bits.
    bound = value.scale + depth / 127
    assert np.abs(result - expected).max() <= bound


def test_convolution_with_groups() -> None:
    harness = Harness()
    x = harness.input("x", (1, 2, 2, 4, 3))
    weight = uniform((2, 3, 2, 2, 2), 1)
    windows = harness.build.window(x, [3, 4], [2, 2], [1, 1], [1, 1], [(0, 0), (0, 0)])
    y = harness.build.contract("ngcyxij,gocij->ngoyx", windows, weight, "go")
    array = uniform((1, 2, 2, 4, 3))
    result, value = harness.result(y, {"x": array})
    view = np.lib.stride_tricks.sliding_window_view(rounded(array, x), (2, 2), (3, 4))
    expected = np.einsum("ngcyxij,gocij->ngoyx", view, weight)
    assert np.abs(result - expected).max() <= value.scale + 8 / 127
    weights = {t.name: t.shape for t in harness.graph.tensors if t.role is Role.WEIGHT}
    assert weights["graph/multiplier"] == (1, 2, 3, 1, 1)


def test_weights_over_a_flattened_axis_are_laid_out_over_its_factors() -> None:
    harness = Harness()
    flat = harness.build.value(harness.build.reshape(harness.input("x", (1, 3, 5)), (1, 15)))
    weight = uniform((15, 2), 1)
    array = uniform((1, 3, 5))
    result, value = harness.result(
        harness.build.contract("rd,dc->rc", flat, weight, "c"), {"x": array}
    )
    expected = rounded(array.reshape(1, 15), flat) @ weight
    assert np.abs(result - expected).max() <= value.scale + 15 / 127
    assert (3, 5, 2) in {tensor.shape for tensor in harness.graph.tensors}


def test_a_letter_that_only_x_has_is_summed() -> None:
    harness = Harness()
    x = harness.input("x", (3, 2, 4))
    weight = uniform((4, 2), 1)
    array = uniform((3, 2, 4))
    y = harness.build.contract("sad,dc->ac", x, weight, "c")
    result, value = harness.result(y, {"x": array})
    expected = np.einsum("sad,dc->ac", rounded(array, x), weight)
    assert np.abs(result - expected).max() <= value.scale + 12 / 127


def test_batched_product_of_two_values() -> None:
    harness = Harness()
    a, b = harness.input("a", (2, 3, 5)), harness.input("b", (2, 5, 2), reach=3.0)
    y = harness.build.contract_values("bij,bjk->bik", a, b)
    arrays = {"a": uniform((2, 3, 5)), "b": uniform((2, 5, 2), 1, 3.0)}
    result, value = harness.result(y, arrays)
    expected = rounded(arrays["a"], a) @ rounded(arrays["b"], b)
    # An exact multiplier leaves only the rounding of the result.
    assert np.abs(result - expected).max() <= 0.5001 * value.scale


def test_product_of_values_laid_out_differently() -> None:
    harness = Harness()
    a = harness.build.value(harness.build.reshape(harness.input("a", (3, 5)), (15,)))
    b = harness.input("b", (15, 2))
    arrays = {"a": uniform((3, 5)), "b": uniform((15, 2), 1)}
    y = harness.build.contract_values("d,dc->c", a, b)
    result, value = harness.result(y, arrays)
    expected = rounded(arrays["a"].reshape(15), a) @ rounded(arrays["b"], b)
    assert np.abs(result - expected).max() <= 0.5001 * value.scale


@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3))])
def test_elementwise_product(shapes: tuple[Shape, Shape]) -> None:
    harness = Harness()
    a, b = harness.input("a", shapes[0]), harness.input("b", shapes[1], 2.0)
    arrays = {"a": uniform(shapes[0]), "b": uniform(shapes[1], 1, 2.0)}
    result, value = harness.result(harness.build.multiply(a, b), arrays)
    expected = rounded(arrays["a"], a) * rounded(arrays["b"], b)
    assert np.abs(result - expected).max() <= 0.5001 * value.scale


@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3))])
@pytest.mark.parametrize("sign", [1, -1])
def test_sum_and_difference_of_different_scales(shapes: tuple[Shape, Shape], sign: int) -> None:
    harness = Harness()
    a, b = harness.input("a", shapes[0]), harness.input("b", shapes[1], 2.0)
    arrays = {"a": uniform(shapes[0]), "b": uniform(shapes[1], 1, 2.0)}
    combined = harness.build.add(a, b) if sign == 1 else harness.build.subtract(a, b)
    result, value = harness.result(combined, arrays)
    expected = rounded(arrays["a"], a) + sign * rounded(arrays["b"], b)
    assert np.abs(result - expected).max() <= 0.51 * value.scale


def test_sum_of_equal_scales_is_a_view() -> None:
    harness = Harness()
    x = harness.input("x", (3,))
    y = harness.build.add(x, x)
    array = uniform((3,))
    result, _ = harness.result(y, {"x": array})
    assert np.array_equal(result, 2 * rounded(array, x))
    assert len(harness.graph.steps) == 1


def test_a_constant_is_added_as_committed_data() -> None:
    harness = Harness()
    x = harness.input("x", (2, 3))
    constant = np.array([[0.5], [-0.25]])
    array = uniform((2, 3))
    y = harness.build.subtract(harness.build.constant(constant), x)
    result, value = harness.result(y, {"x": array})
    assert np.abs(result - (constant - rounded(array, x))).max() <= 0.51 * max(value.scale, x.scale)


def test_a_large_constant_waits_for_rounding() -> None:
    harness = Harness()
    y = harness.build.add(harness.input("x", (3,)), Constant(np.full((3,), 1e6)))
    assert isinstance(y, Pending)


def test_factors_per_channel() -> None:
    harness = Harness()
    x = harness.input("x", (2, 3, 2))
    factor = np.array([[0.5], [-2.0], [0.01]])
    array = uniform((2, 3, 2))
    result, value = harness.result(harness.build.multiply(x, Constant(factor)), {"x": array})
    assert np.abs(result - factor * rounded(array, x)).max() <= 0.51 * value.scale


def test_factors_per_channel_of_a_contraction_scale_its_weights() -> None:
    harness = Harness()
    x = harness.input("x", (2, 4))
    weight, factor = uniform((4, 3), 1), np.array([0.5, -2.0, 0.01])
    y = harness.build.contract("rd,dc->rc", x, weight, "c")
    y = harness.build.add(harness.build.multiply(y, Constant(factor)), Constant(np.ones(3)))
    array = uniform((2, 4))
    result, value = harness.result(y, {"x": array})
    expected = rounded(array, x) @ (weight * factor) + 1
    assert np.abs(result - expected).max() <= value.scale + 8 / 127
    assert sum(isinstance(step, Requantize) for step in harness.graph.steps) == 1


def test_residual_sum_is_rounded_once() -> None:
    harness = Harness()
    x = harness.input("x", (2, 3))
    weight = uniform((3, 3), 1)
    y = harness.build.relu(
        harness.build.add(harness.build.contract("rd,dc->rc", x, weight, "c"), x)
    )
    array = uniform((2, 3))
    result, value = harness.result(y, {"x": array})
    held = rounded(array, x)
    assert np.abs(result - np.maximum(held @ weight + held, 0)).max() <= value.scale + 3 / 127
    assert sum(isinstance(step, Requantize) for step in harness.graph.steps) == 1
    assert not any(isinstance(step, Split) for step in harness.graph.steps)


def test_mean_is_free_and_exact() -> None:
    harness = Harness()
    x = harness.input("x", (2, 3, 5))
    array = uniform((2, 3, 5))
    y = harness.build.mean(x, [-1, 1], keepdims=True)
    result, _ = harness.result(y, {"x": array})
    assert np.allclose(result, rounded(array, x).mean(axis=(1, 2), keepdims=True), atol=1e-12)
    assert len(harness.graph.steps) == 1


@pytest.mark.parametrize("pending", [False, True])
@pytest.mark.parametrize(("low", "high"), [(0.0, 0.6), (-0.5, 0.5), (None, 0.2), (-0.1, None)])
def test_clip(low: float | None, high: float | None, pending: bool) -> None:
    harness = Harness()
    x = harness.input("x", (7,))
    operand = harness.build.multiply(x, Constant(np.linspace(0.5, 1, 7))) if pending else x
    array = uniform((7,), 3)
    result, value = harness.result(harness.build.clip(operand, low, high), {"x": array})
    source = rounded(array, x) * (np.linspace(0.5, 1, 7) if pending else 1)
    assert np.abs(result - np.clip(source, low, high)).max() <= 1.01 * value.scale


@pytest.mark.parametrize("alpha", [0.01, 0.25, 1.5, -0.5])
def test_leaky_relu(alpha: float) -> None:
    harness = Harness()
    x = harness.input("x", (9,))
    array = uniform((9,), 1)
    result, _ = harness.result(harness.build.leaky_relu(x, alpha), {"x": array})
    held = rounded(array, x)
    assert np.abs(result - np.where(held < 0, alpha * held, held)).max() <= 2.0**-14


def test_relu_of_what_is_never_negative_is_free() -> None:
    harness = Harness()
    x = harness.input("x", (3,))
    positive = harness.build.relu(x)
    assert harness.build.relu(positive) is positive
    array = uniform((3,))
    result, _ = harness.result(positive, {"x": array})
    assert np.array_equal(result, np.maximum(rounded(array, x), 0))


@pytest.mark.parametrize("count", [1, 2, 4, 6])
def test_maximum_and_minimum(count: int) -> None:
    harness = Harness()
    values = [harness.input(f"x{i}", (2, 3)) for i in range(count)]
    arrays = {f"x{i}": uniform((2, 3), i) for i in range(count)}
    top, bottom = harness.build.maximum(values), harness.build.minimum(values)
    held = [rounded(array, values[0]) for array in arrays.values()]
    result, _ = harness.result(top, arrays)
    assert np.array_equal(result, np.maximum.reduce(held))
    result, _ = harness.result(bottom, arrays)
    assert np.array_equal(result, np.minimum.reduce(held))


def test_maximum_of_different_scales_with_a_constant() -> None:
    harness = Harness()
    a, b = harness.input("a", (2, 1)), harness.input("b", (3,), 2.0)
    arrays = {"a": uniform((2, 1)), "b": uniform((3,), 1, 2.0)}
    top = harness.build.maximum([a, b, Constant(np.array(0.3))])
    result, value = harness.result(top, arrays)
    expected = np.maximum(np.maximum(arrays["a"], arrays["b"]), 0.3)
    assert np.abs(result - expected).max() <= 1.51 * value.scale


@pytest.mark.parametrize("pending", [False, True])
def test_function_through_a_table(pending: bool) -> None:
    harness = Harness()
    x = harness.input("x", (5,), 4.0)
    factor = np.linspace(0.5, 1, 5)
    operand = harness.build.multiply(x, Constant(factor)) if pending else x
    array = uniform((5,), 1, 4.0)
    result, value = harness.result(harness.build.function(operand, "tanh", math.tanh), {"x": array})
    expected = np.tanh(rounded(array, x) * (factor if pending else 1))
    assert np.abs(result - expected).max() <= value.scale + x.scale


def test_functions_of_equal_scales_share_a_table() -> None:
    harness = Harness()
    a, b = harness.input("a", (2,)), harness.input("b", (3,))
    for value in (a, b):
        harness.build.function(value, "tanh", math.tanh)
    assert sum(t.role is Role.TABLE for t in harness.graph.tensors) == 1
    harness.run({"a": uniform((2,)), "b": uniform((3,))})


def test_a_function_that_is_not_defined_everywhere_is_refused() -> None:
    harness = Harness()
    with pytest.raises(QuantizationError, match="log is not defined"):
        harness.build.function(harness.input("x", (2,)), "log", math.log)


def test_a_value_beyond_the_calibrated_range_is_refused_by_name() -> None:
    harness = Harness()
    x = harness.input("x", (1, 2))
    harness.build.assembly.layer = "fc1"
    y = harness.build.contract("rd,dc->rc", x, np.ones((2, 1)), "c")
    harness.build.settle(y, bounds=(-1.0, 1.0))
    harness.run({"x": np.array([[0.4, 0.4]])})
    with pytest.raises(WitnessError, match=r"fc1: the value at position \(0, 0\)"):
        harness.run({"x": np.array([[0.9, 0.9]])})


def test_settling_twice_rounds_once() -> None:
    harness = Harness()
    y = harness.build.multiply(harness.input("x", (2,)), Constant(np.array([1.0, 2.0])))
    assert harness.build.settle(y) is harness.build.settle(y)


def test_wide_activations_round_in_two_limbs() -> None:
    harness = Harness(Settings(activation_bits=20, weight_bits=16))
    x = harness.input("x", (2, 3))
    weight = uniform((3, 2), 1)
    array = uniform((2, 3))
    y = harness.build.contract("rd,dc->rc", x, weight, "c")
    result, _ = harness.result(y, {"x": array})
    assert np.abs(result - array @ weight).max() <= 1e-4
    (step,) = [s for s in harness.graph.steps if isinstance(s, Requantize)]
    assert len(step.remainder) == 2


def test_a_sum_of_a_product_and_a_value() -> None:
    harness = Harness(Settings(activation_bits=16))
    a, b = harness.input("a", (2, 2)), harness.input("b", (2, 2), 2.0)
    y = harness.build.add(harness.build.contract_values("ij,jk->ik", a, b), a)
    arrays = {"a": uniform((2, 2)), "b": uniform((2, 2), 1, 2.0)}
    result, value = harness.result(y, arrays)
    expected = arrays["a"] @ arrays["b"] + arrays["a"]
    assert np.abs(result - expected).max() <= 8 * value.scale


def test_everything_constant_stays_constant() -> None:
    build = Harness().build
    a, b = Constant(np.array([1.0, -2.0])), Constant(np.array([3.0, 0.5]))
    for result, expected in (
        (build.add(a, b), [4.0, -1.5]),
        (build.subtract(a, b), [-2.0, -2.5]),
        (build.multiply(a, b), [3.0, -1.0]),
        (build.relu(a), [1.0, 0.0]),
        (build.clip(a, -1.0, 0.5), [0.5, -1.0]),
        (build.maximum([a, b]), [3.0, 0.5]),
        (build.leaky_relu(a, 0.5), [1.0, -1.0]),
        (build.function(a, "square", lambda v: v * v), [1.0, 4.0]),
        (build.concat([a, b], 0), [1.0, -2.0, 3.0, 0.5]),
    ):
        assert isinstance(result, Constant)
        assert result.array.tolist() == expected


def test_shapes_that_do_not_broadcast_are_refused() -> None:
    harness = Harness()
    a, b = harness.input("a", (2,)), harness.input("b", (3,), 2.0)
    with pytest.raises(ShapeError):
        harness.build.add(a, b)
    with pytest.raises(ShapeError):
        harness.build.contract("rd,dc->rc", harness.input("c", (2, 3)), np.ones((4, 1)), None)
