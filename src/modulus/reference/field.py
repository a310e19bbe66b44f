"""Prime fields of BN254 as plain integers.

An element is an `int` in ``0 <= value < modulus``. The scalar field (order of the groups) holds
every value of the protocol; the base field holds point coordinates only.

Source:
    EIP-196 and EIP-197 (alt_bn128); Barreto and Naehrig (2005) with x = 4965661367192848881.
"""

from collections.abc import Sequence

SCALAR_MODULUS = 0x30644E72E131A029B85045B68181585D2833E84879B9709143E1F593F0000001
"""Prime order of G1, G2 and the target group; written p in the protocol."""

BASE_MODULUS = 0x30644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD47
"""Prime of the field the curve is defined over; written q in the protocol."""

ENCODED_LENGTH = 32
"""Bytes of one canonical element, most significant first."""


class NonCanonicalError(ValueError):
    """A value or encoding is not the single accepted form of what it stands for.

    Attack: with two encodings of one element, one proof would have many transcripts, and a
    contract could read a public value differently from the circuit.
    """


def require_canonical(value: int, modulus: int = SCALAR_MODULUS) -> int:
    """Return `value` unchanged if it is a canonical element.

    Raises:
        NonCanonicalError: If `value` is negative or not below `modulus`.
    """
    if not 0 <= value < modulus:
        raise NonCanonicalError(f"field element is not in [0, modulus): {value:#x}")
    return value


def inverse(value: int, modulus: int = SCALAR_MODULUS) -> int:
    """Multiplicative inverse.

    Raises:
        ZeroDivisionError: If `value` is zero in the field.
    """
    if value % modulus == 0:
        raise ZeroDivisionError("zero has no inverse in a field")
    return pow(value, -1, modulus)


def batch_inverse(values: Sequence[int], modulus: int = SCALAR_MODULUS) -> list[int]:
    """Inverses of all `values` at the price of one inversion.

    Raises:
        ZeroDivisionError: If any value is zero in the field.

    Source:
        Montgomery (1987), simultaneous inversion.
    """
    prefixes = [1]
    for value in values:
        prefixes.append(prefixes[-1] * value % modulus)
    suffix = inverse(prefixes[-1], modulus)
    inverses = [0] * len(values)
    for index in reversed(range(len(values))):
        inverses[index] = suffix * prefixes[index] % modulus
        suffix = suffix * values[index] % modulus
    return inverses


def encode(value: int, modulus: int = SCALAR_MODULUS) -> bytes:
    """Canonical 32 bytes of an element, most significant byte first.

    Raises:
        NonCanonicalError: If `value` is not a canonical element.
    """
    return require_canonical(value, modulus).to_bytes(ENCODED_LENGTH, "big")


def decode(encoded: bytes, modulus: int = SCALAR_MODULUS) -> int:
    """Element encoded by exactly 32 bytes, most significant byte first.

    Raises:
        NonCanonicalError: If the length is not 32 or the value is not below `modulus`.
    """
    if len(encoded) != ENCODED_LENGTH:
        raise NonCanonicalError(f"field element takes {ENCODED_LENGTH} bytes, got {len(encoded)}")
    return require_canonical(int.from_bytes(encoded, "big"), modulus)
