"""The verifying data that ends the code of a model's contract.

Source:
    docs/spec/seal.md section 6; contracts/README.md.
"""

from __future__ import annotations

from modulus.errors import ArtifactError
from modulus.reference.curve import encode_point, negate
from modulus.reference.field import encode
from modulus.reference.sealed_key import PublicRange, SealedKey
from modulus.reference.twist import TWIST_GENERATOR, encode_twist_point

MAGIC = b"MVD1"
"""Begins the last word; the digit is the version of the layout."""

_LIMIT_16 = 1 << 16
_LIMIT_32 = 1 << 32

MAX_LENGTH = 12_288
"""Half the largest contract (EIP-170); the runtime code takes less than the other half."""


def verifying_data(key: SealedKey) -> bytes:
    """Return what the constructor of the contract takes.

    Layout, in bytes: VKD 32 | -alpha 64 | beta 128 | delta 128 | [tau]_2 128 | IC0 .. IC3 256 |
    fixed rows 64 each | public tensors 32 each | header 32. All points come in the order of the
    pairing precompile, alpha negated.

    Raises:
        ArtifactError: A number does not fit its place in the contract, or delta or tau is one.
    """
    if TWIST_GENERATOR in (key.groth16.delta, key.tau):
        raise ArtifactError("a key with delta or tau equal to the generator has no security")
    groth16 = key.groth16
    twists = map(encode_twist_point, (groth16.beta, groth16.delta, key.tau))
    points = map(encode_point, (*groth16.ic, *key.fixed_points))
    tensors = map(_tensor_word, key.public)
    data = b"".join(
        [encode(key.digest), encode_point(negate(groth16.alpha)), *twists, *points, *tensors]
    )
    if len(data) + 32 > MAX_LENGTH:
        raise ArtifactError(
            f"the contract would need {len(data) + 32} bytes of data, more than {MAX_LENGTH}",
            hint="compile with larger rows, so that there are fewer commitments",
        )
    return data + _header(key, len(data))


def _tensor_word(item: PublicRange) -> bytes:
    numbers = (item.count, item.width, item.low % (1 << 64), item.high % (1 << 64))
    return b"".join(number.to_bytes(8, "big") for number in numbers)


def _header(key: SealedKey, length: int) -> bytes:
    """Return the last word.

    Layout, in bytes: magic 4 | development 1 | zero 1 | public tensors, fixed, committed, trace and
    helper rows 2 each | zero 8 | public length 4 | length of the data before the header 4.
    """
    counts = (
        len(key.public),
        len(key.fixed_points),
        key.committed_rows,
        key.trace_rows,
        key.helper_rows,
    )
    if max(counts) >= _LIMIT_16 or key.public_length >= _LIMIT_32:
        raise ArtifactError("the model has too many rows or public values for a contract")
    return b"".join(
        [
            MAGIC,
            bytes([key.development, 0]),
            *(count.to_bytes(2, "big") for count in counts),
            bytes(8),
            key.public_length.to_bytes(4, "big"),
            length.to_bytes(4, "big"),
        ]
    )
