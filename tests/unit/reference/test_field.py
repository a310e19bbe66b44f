"""Field elements: encodings are unique and inverses are inverses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.reference.field import (
    BASE_MODULUS,
    SCALAR_MODULUS,
    NonCanonicalError,
    batch_inverse,
    decode,
    encode,
    inverse,
)
from modulus.reference.pairing import CURVE_PARAMETER

elements = st.integers(0, SCALAR_MODULUS - 1)
nonzero = st.integers(1, SCALAR_MODULUS - 1)


def test_moduli_follow_from_the_curve_parameter() -> None:
    x = CURVE_PARAMETER
    assert 36 * x**4 + 36 * x**3 + 24 * x**2 + 6 * x + 1 == BASE_MODULUS
    assert 36 * x**4 + 36 * x**3 + 18 * x**2 + 6 * x + 1 == SCALAR_MODULUS


@given(elements)
def test_decode_inverts_encode(value: int) -> None:
    assert decode(encode(value)) == value


@given(st.integers(SCALAR_MODULUS, 2**256 - 1))
def test_decode_refuses_values_at_or_above_the_modulus(value: int) -> None:
    with pytest.raises(NonCanonicalError, match="not in"):
        decode(value.to_bytes(32, "big"))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_decode_refuses_any_other_length(length: int) -> None:
    with pytest.raises(NonCanonicalError, match=f"got {length}"):
        decode(bytes(length))


@pytest.mark.parametrize("value", [-1, SCALAR_MODULUS])
def test_encode_refuses_unreduced_values(value: int) -> None:
    with pytest.raises(NonCanonicalError):
        encode(value)


def test_the_base_field_has_its_own_bound() -> None:
    assert decode(encode(SCALAR_MODULUS, BASE_MODULUS), BASE_MODULUS) == SCALAR_MODULUS
    with pytest.raises(NonCanonicalError):
        decode(BASE_MODULUS.to_bytes(32, "big"), BASE_MODULUS)


@given(st.lists(nonzero, max_size=8))
def test_batch_inverse_equals_single_inverses(values: list[int]) -> None:
    assert batch_inverse(values) == [inverse(value) for value in values]
    assert all(
        value * inverted % SCALAR_MODULUS == 1
        for value, inverted in zip(values, batch_inverse(values), strict=True)
    )


@pytest.mark.parametrize("zero", [0, SCALAR_MODULUS])
def test_zero_has_no_inverse(zero: int) -> None:
    with pytest.raises(ZeroDivisionError):
        inverse(zero)
    with pytest.raises(ZeroDivisionError):
        batch_inverse([3, zero, 5])
