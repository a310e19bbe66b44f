from __future__ import annotations

import numpy as np
import pytest

from modulus.quantize import LayerError, Settings
from modulus.quantize.findings import find, outlier_bits

FINE = LayerError("h", "dense", 4.0, 1e-4, 1e-5, 0.3)
TIGHT = Settings(margin=1.0)


def lengths(*counts: tuple[int, int]) -> np.ndarray:
    held = np.zeros(64, np.int64)
    for length, count in counts:
        held[length] = count
    return held


@pytest.mark.parametrize(
    ("counts", "bits"),
    [
        ([(10, 5000), (14, 4)], 4),
        ([(10, 5000), (11, 6), (12, 1), (13, 1), (14, 1)], 3),
        ([(10, 5000), (14, 9)], 0),
        ([(0, 10**6), (10, 5000), (14, 20)], 0),
        ([(10, 900), (14, 1)], 0),
        ([], 0),
    ],
    ids=["one rare", "three rare", "common", "zeros do not count", "few entries", "none"],
)
def test_bits_of_outliers(counts: list[tuple[int, int]], bits: int) -> None:
    assert outlier_bits(lengths(*counts)) == bits


def test_outliers_are_named_with_their_layer() -> None:
    stretched = LayerError("t", "attention", 90.0, 1e-4, 1e-5, 0.3, outlier_bits=5)
    (finding,) = find([FINE, stretched], {"h", "t"}, [], 8, Settings())
    assert finding.layer == "attention"
    assert "t has outliers: 5 bits" in finding.problem
    assert "percentile" in finding.remedy


def test_saturation_is_named_where_an_input_may_leave_the_range() -> None:
    full = LayerError("s", "gate", 1.0, 1e-5, 1e-6, 0.01)
    (finding,) = find([FINE, full], {"h", "s"}, [], 8, TIGHT)
    assert finding.layer == "gate"
    assert "s saturates: the samples use 99%" in finding.problem
    assert "margin" in finding.remedy
    assert find([full], set(), [], 8, TIGHT) == ()
    assert find([full], {"s"}, [], 8, Settings(margin=1.5)) == ()


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        (Settings(activation_bits=10, weight_bits=8), "weight_bits to 10"),
        (Settings(activation_bits=10, weight_bits=16), "activation_bits to 12"),
        (Settings(activation_bits=20, weight_bits=16), "scale the layer"),
    ],
)
def test_a_coarse_layer_gets_the_setting_that_helps(settings: Settings, remedy: str) -> None:
    coarse = LayerError("c", "dense", 1.0, 0.1, 0.01, 0.3)
    (finding,) = find([FINE, coarse], {"h", "c"}, [], 8, settings)
    assert finding.layer == "dense"
    assert remedy in finding.remedy


def test_an_unused_range_asks_for_a_smaller_margin() -> None:
    idle = LayerError("c", "dense", 1.0, 0.1, 0.01, 0.95)
    (finding,) = find([idle], {"c"}, [], 8, Settings())
    assert "uses 5% of it" in finding.problem
    assert "lower the margin" in finding.remedy
