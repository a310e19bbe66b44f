"""Groups and pairing of BN254: laws, encodings, and known EVM answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modulus.reference.curve import (
    GENERATOR,
    InvalidPointError,
    Point,
    add,
    decode_point,
    encode_point,
    is_on_curve,
    multi_scalar_sum,
    multiply,
    negate,
)
from modulus.reference.extension import (
    QUADRATIC_ZERO,
    TWELFTH_ONE,
    Quadratic,
    Twelfth,
    add2,
    frobenius12,
    inverse12,
    multiply2,
    multiply12,
    power2,
    power12,
)
from modulus.reference.field import BASE_MODULUS, SCALAR_MODULUS, NonCanonicalError
from modulus.reference.pairing import pairing_product_is_one
from modulus.reference.twist import (
    TWIST_CONSTANT,
    TWIST_GENERATOR,
    decode_twist_point,
    encode_twist_point,
    is_in_subgroup,
    is_on_twist,
    twist_add,
    twist_multiply,
    twist_negate,
)

few = settings(max_examples=8, deadline=None)
scalars = st.integers(0, SCALAR_MODULUS - 1)
wide_scalars = st.integers(-(2**260), 2**260)

EVM_TRUE = bytes.fromhex(
    "1c76476f4def4bb94541d57ebba1193381ffa7aa76ada664dd31c16024c43f59"
    "3034dd2920f673e204fee2811c678745fc819b55d3e9d294e45c9b03a76aef41"
    "209dd15ebff5d46c4bd888e51a93cf99a7329636c63514396b4a452003a35bf7"
    "04bf11ca01483bfa8b34b43561848d28905960114c8ac04049af4b6315a41678"
    "2bb8324af6cfc93537a2ad1a445cfd0ca2a71acd7ac41fadbf933c2a51be344d"
    "120a2a4cf30c1bf9845f20c6fe39e07ea2cce61f0c9bb048165fe5e4de877550"
    "111e129f1cf1097710d41c4ac70fcdfa5ba2023c6ff1cbeac322de49d1b6df7c"
    "2032c61a830e3c17286de9462bf242fca2883585b93870a73853face6a6bf411"
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
    "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
    "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
)
"""Input "jeff1" of the EVM's ecpairing test suite; the precompile answers 1."""


def test_evm_pairing_vector() -> None:
    pairs = [
        (
            decode_point(EVM_TRUE[start : start + 64]),
            decode_twist_point(EVM_TRUE[start + 64 :][:128]),
        )
        for start in (0, 192)
    ]
    assert pairing_product_is_one(pairs)
    assert not pairing_product_is_one(pairs[:1])
    assert not pairing_product_is_one([(negate(pairs[0][0]), pairs[0][1]), pairs[1]])


def test_evm_addition_vector() -> None:
    """Twice the generator, as in EIP-196 tests."""
    doubled = (
        0x030644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD3,
        0x15ED738C0E0A7C92E7845F96B2AE9C0A68A6A449E3538FC7FF3EBF7A5A18A2C4,
    )
    assert add(GENERATOR, GENERATOR) == multiply(GENERATOR, 2) == doubled


def test_generators_have_the_group_order() -> None:
    assert is_on_curve(GENERATOR)
    assert multiply(GENERATOR, SCALAR_MODULUS - 1) == negate(GENERATOR)
    assert multiply(GENERATOR, SCALAR_MODULUS) is None
    assert is_on_twist(TWIST_GENERATOR)
    assert is_in_subgroup(TWIST_GENERATOR)


@few
@given(scalars, scalars)
def test_scalar_multiplication_is_linear(a: int, b: int) -> None:
    assert multiply(GENERATOR, a + b) == add(multiply(GENERATOR, a), multiply(GENERATOR, b))
    assert twist_multiply(TWIST_GENERATOR, a + b) == twist_add(
        twist_multiply(TWIST_GENERATOR, a), twist_multiply(TWIST_GENERATOR, b)
    )


@few
@given(st.lists(st.tuples(wide_scalars, scalars), max_size=4))
def test_multi_scalar_sum_is_the_sum_of_multiples(entries: list[tuple[int, int]]) -> None:
    points = [multiply(GENERATOR, index) for _, index in entries]
    expected: Point = None
    for (scalar, _), point in zip(entries, points, strict=True):
        expected = add(expected, multiply(point, scalar))
    assert multi_scalar_sum([scalar for scalar, _ in entries], points) == expected


def test_sums_of_equal_opposite_and_infinite_points() -> None:
    point = multiply(GENERATOR, 7)
    assert add(point, negate(point)) is None
    assert add(None, point) == add(point, None) == point
    assert add(None, None) is negate(None) is None
    assert multiply(None, 5) is None
    assert multi_scalar_sum([1, 1, -2], [point, point, point]) is None
    assert twist_add(TWIST_GENERATOR, twist_negate(TWIST_GENERATOR)) is None
    assert twist_add(None, TWIST_GENERATOR) == TWIST_GENERATOR
    assert twist_negate(None) is None


def test_sums_need_one_scalar_per_point() -> None:
    with pytest.raises(ValueError, match="2 scalars for 1 points"):
        multi_scalar_sum([1, 2], [GENERATOR])


@few
@given(st.integers(1, SCALAR_MODULUS - 1))
def test_decode_inverts_encode(scalar: int) -> None:
    point = multiply(GENERATOR, scalar)
    twist_point = twist_multiply(TWIST_GENERATOR, scalar)
    assert decode_point(encode_point(point)) == point
    assert decode_twist_point(encode_twist_point(twist_point)) == twist_point


def test_twist_encoding_is_in_evm_order() -> None:
    assert encode_twist_point(TWIST_GENERATOR) == EVM_TRUE[-128:]


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        (bytes(63), "got 63"),
        (bytes(65), "got 65"),
        (bytes(64), "infinity"),
        (bytes(63) + b"\x01", "not on the curve"),
    ],
)
def test_bad_points_are_refused(encoded: bytes, message: str) -> None:
    with pytest.raises(InvalidPointError, match=message):
        decode_point(encoded)


@pytest.mark.parametrize("index", range(2))
def test_unreduced_coordinates_are_refused(index: int) -> None:
    coordinates = [*GENERATOR]
    coordinates[index] += BASE_MODULUS
    with pytest.raises(NonCanonicalError):
        decode_point(b"".join(value.to_bytes(32, "big") for value in coordinates))


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        (bytes(127), "got 127"),
        (bytes(129), "got 129"),
        (bytes(128), "infinity"),
        (bytes(127) + b"\x01", "not on the curve"),
    ],
)
def test_bad_twist_points_are_refused(encoded: bytes, message: str) -> None:
    with pytest.raises(InvalidPointError, match=message):
        decode_twist_point(encoded)


@pytest.mark.parametrize("index", range(4))
def test_unreduced_twist_coordinates_are_refused(index: int) -> None:
    encoded = bytearray(encode_twist_point(TWIST_GENERATOR))
    word = slice(32 * index, 32 * index + 32)
    raised = int.from_bytes(encoded[word], "big") + BASE_MODULUS
    encoded[word] = raised.to_bytes(32, "big")
    with pytest.raises(NonCanonicalError):
        decode_twist_point(bytes(encoded))


def _square_root(value: Quadratic) -> Quadratic | None:
    """Root in the quadratic extension, by the formula for q = 3 mod 4."""
    candidate = power2(value, (BASE_MODULUS - 3) // 4)
    alpha = multiply2(multiply2(candidate, candidate), value)
    root = multiply2(candidate, value)
    if alpha == (BASE_MODULUS - 1, 0):
        root = multiply2((0, 1), root)
    else:
        root = multiply2(power2(add2((1, 0), alpha), (BASE_MODULUS - 1) // 2), root)
    return root if multiply2(root, root) == value else None


def test_twist_points_outside_the_subgroup_are_refused() -> None:
    for x0 in range(1, 20):
        x = (x0, 0)
        y = _square_root(add2(multiply2(multiply2(x, x), x), TWIST_CONSTANT))
        if y is not None:
            break
    assert y is not None
    assert is_on_twist((x, y))
    with pytest.raises(InvalidPointError, match="subgroup"):
        decode_twist_point(encode_twist_point((x, y)))


def test_infinity_is_never_encoded() -> None:
    with pytest.raises(InvalidPointError, match="infinity"):
        encode_point(None)
    with pytest.raises(InvalidPointError, match="infinity"):
        encode_twist_point(None)


@few
@given(scalars, scalars)
def test_pairing_is_bilinear(a: int, b: int) -> None:
    pairs = [
        (multiply(GENERATOR, a), twist_multiply(TWIST_GENERATOR, b)),
        (multiply(GENERATOR, -a * b), TWIST_GENERATOR),
    ]
    assert pairing_product_is_one(pairs)


@few
@given(scalars.filter(lambda value: value != 6))
def test_pairing_separates_different_products(a: int) -> None:
    pairs = [
        (multiply(GENERATOR, 2), twist_multiply(TWIST_GENERATOR, 3)),
        (multiply(GENERATOR, -a), TWIST_GENERATOR),
    ]
    assert not pairing_product_is_one(pairs)


def test_pairs_with_infinity_contribute_one() -> None:
    assert pairing_product_is_one([])
    assert pairing_product_is_one([(None, TWIST_GENERATOR), (GENERATOR, None)])
    assert not pairing_product_is_one([(None, TWIST_GENERATOR), (GENERATOR, TWIST_GENERATOR)])


def _general_element() -> Twelfth:
    c0, c1, c2, c3, c4, c5 = ((3 * k + 1, 5 * k + 2) for k in range(6))
    return (c0, c1, c2, c3, c4, c5)


def test_twelfth_degree_inverse_and_frobenius() -> None:
    element = _general_element()
    assert multiply12(element, inverse12(element)) == TWELFTH_ONE
    assert frobenius12(element) == power12(element, BASE_MODULUS)
    with pytest.raises(ZeroDivisionError):
        inverse12((QUADRATIC_ZERO,) * 6)
