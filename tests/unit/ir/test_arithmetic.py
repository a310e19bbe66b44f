from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.errors import QuantizationError, WitnessError
from modulus.ir.arithmetic import check_range, matmul, sum_of_products


@given(st.integers(1, 45), st.integers(1, 16), st.integers(0, 9))
def test_matmul_is_exact_below_62_bits(left_bits: int, right_bits: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    left = random.integers(-(1 << left_bits), 1 << left_bits, (2, 3))
    right = random.integers(-(1 << right_bits), 1 << right_bits, (3, 2))
    left[0, 0], right[0, 0] = (1 << left_bits) - 1, 1 - (1 << right_bits)
    expected = left.astype(object) @ right.astype(object)
    if left_bits + right_bits > 59:
        return
    assert (matmul(left, right, "here") == expected).all()
    assert (matmul(right, left, "here") == right.astype(object) @ left.astype(object)).all()


def test_matmul_over_batches_beyond_float() -> None:
    left = np.full((4, 2, 8), (1 << 30) + 1)
    right = np.full((4, 8, 3), (1 << 25) + 1)
    assert (matmul(left, right, "here") == 8 * ((1 << 30) + 1) * ((1 << 25) + 1)).all()


def test_matmul_beyond_62_bits_is_refused() -> None:
    wide = np.full((1, 1), 1 << 40)
    with pytest.raises(QuantizationError, match="layer 7"):
        matmul(wide, wide, "layer 7")


def test_sum_of_products_falls_back_to_python_integers() -> None:
    wide = np.full((2,), 1 << 40)
    total = sum_of_products([[wide, wide], [np.array(3)]], (2,))
    assert total.tolist() == [(1 << 80) + 3] * 2


def test_a_value_out_of_range_is_named() -> None:
    array = np.zeros((2, 3), dtype=np.int64)
    array[1, 2] = 9
    with pytest.raises(WitnessError, match=r"conv1: the value 9 \(0.9\) at position \(1, 2\)"):
        check_range(array, -8, 8, "conv1", 0.1, public=True)
    with pytest.raises(WitnessError, match=r"conv1: the value at position \(1, 2\)"):
        check_range(array, -8, 8, "conv1", 0.1)
