"""The sealed proof as bytes. Every length follows from the key but that of packed public values.

Source:
    docs/spec/seal.md section 4.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from modulus.errors import ProofRejected, RejectionReason
from modulus.reference.curve import (
    POINT_LENGTH,
    Affine,
    InvalidPointError,
    decode_point,
    encode_point,
)
from modulus.reference.field import ENCODED_LENGTH, NonCanonicalError, decode, encode
from modulus.reference.packing import UnpackingError, pack, unpack
from modulus.reference.proof import PROOF_MAGIC, PROOF_VERSION
from modulus.reference.sealed_key import BODY_SCALARS, SealedKey
from modulus.reference.twist import (
    TWIST_POINT_LENGTH,
    TwistAffine,
    decode_twist_point,
    encode_twist_point,
)

SEALED_MODE = 1

_HEADER_LENGTH = len(PROOF_MAGIC) + 3
_LENGTH_FIELD = 4


@dataclass(frozen=True, slots=True)
class SealedBody:
    """A decoded proof: canonical scalars, points on their curves and in their subgroups."""

    committed: tuple[Affine, ...]
    trace_points: tuple[Affine, ...]
    helper_points: tuple[Affine, ...]
    s_point: Affine
    w_point: Affine
    w_prime_point: Affine
    rho: int
    zeta: int
    t0: int
    openings: tuple[int, int, int, int]
    """a1, a2, s1, s2."""
    pin: int
    """P, the last squeeze of the transcript."""
    a: Affine
    b: TwistAffine
    c: Affine

    @classmethod
    def decode(cls, key: SealedKey, committed: bytes, body: bytes) -> Self:
        """Read committed inputs and body, whose lengths have been checked.

        Raises:
            ProofRejected: invalid_point or non_canonical_scalar, points before scalars.
        """
        inputs = tuple(_points("committed input", committed))
        rows = key.trace_rows + key.helper_rows
        scalars_start = POINT_LENGTH * (rows + 3)
        seal_start = scalars_start + ENCODED_LENGTH * BODY_SCALARS
        b_start, c_start = seal_start + POINT_LENGTH, len(body) - POINT_LENGTH
        *row_points, s_point, w_point, w_prime_point = _points("point", body[:scalars_start])
        (a,) = _points("A", body[seal_start:b_start])
        b = _twist_point("B", body[b_start : b_start + TWIST_POINT_LENGTH])
        (c,) = _points("C", body[c_start:])
        rho, zeta, t0, a1, a2, s1, s2, pin = _scalars(body[scalars_start:seal_start])
        return cls(
            inputs,
            tuple(row_points[: key.trace_rows]),
            tuple(row_points[key.trace_rows :]),
            s_point,
            w_point,
            w_prime_point,
            rho,
            zeta,
            t0,
            (a1, a2, s1, s2),
            pin,
            a,
            b,
            c,
        )

    def encode(self) -> bytes:
        """Canonical bytes of the body, without the committed inputs."""
        points = [*self.trace_points, *self.helper_points]
        points += [self.s_point, self.w_point, self.w_prime_point]
        scalars = [self.rho, self.zeta, self.t0, *self.openings, self.pin]
        seal = [encode_point(self.a), encode_twist_point(self.b), encode_point(self.c)]
        return b"".join([*map(encode_point, points), *map(encode, scalars), *seal])

    def encode_committed(self) -> bytes:
        """Canonical bytes of the committed inputs."""
        return b"".join(map(encode_point, self.committed))


def write_file(key: SealedKey, public: bytes, committed: bytes, body: bytes) -> bytes:
    """Put the parts of a proof into a file; public values of a wrong length stay as they are."""
    stored = pack(public, key.public) if len(public) == key.public_length else public
    return b"".join(
        [
            PROOF_MAGIC,
            PROOF_VERSION.to_bytes(2, "little"),
            bytes([SEALED_MODE]),
            encode(key.digest),
            len(stored).to_bytes(_LENGTH_FIELD, "little"),
            stored,
            len(committed).to_bytes(_LENGTH_FIELD, "little"),
            committed,
            body,
        ]
    )


def read_file(key: SealedKey, data: bytes) -> tuple[bytes, bytes, bytes]:
    """Split the file of a proof into public bytes, committed inputs and body.

    Raises:
        ProofRejected: malformed_proof or wrong_verifying_key.
    """
    version = PROOF_VERSION.to_bytes(2, "little")
    if data[: len(PROOF_MAGIC)] != PROOF_MAGIC:
        raise _malformed("header", "wrong magic bytes, this is not a proof")
    if data[len(PROOF_MAGIC) : _HEADER_LENGTH] != version + bytes([SEALED_MODE]):
        raise _malformed("header", "not a sealed proof of a supported version")
    key_end = _HEADER_LENGTH + ENCODED_LENGTH
    start = key_end + _LENGTH_FIELD
    stored_length = int.from_bytes(data[key_end:start], "little")
    committed_length = POINT_LENGTH * key.committed_rows
    fixed = start + _LENGTH_FIELD + committed_length + key.body_length
    if stored_length > key.public_length or len(data) != fixed + stored_length:
        raise _malformed(
            "length",
            f"{len(data)} bytes, {stored_length} of them public values, but proofs for this key "
            f"have up to {fixed + key.public_length} and {key.public_length}",
        )
    if data[_HEADER_LENGTH:key_end] != encode(key.digest):
        raise ProofRejected(
            RejectionReason.WRONG_VERIFYING_KEY,
            where="verifying key digest",
            detail=f"the proof is for the key 0x{data[_HEADER_LENGTH:key_end].hex()}",
        )
    public = _unpacked(key, data[start : start + stored_length])
    start += stored_length + _LENGTH_FIELD
    stated = int.from_bytes(data[start - _LENGTH_FIELD : start], "little")
    if stated != committed_length:
        raise _malformed("committed inputs", f"{stated} bytes instead of {committed_length}")
    body_start = start + committed_length
    return public, data[start:body_start], data[body_start:]


def _unpacked(key: SealedKey, stored: bytes) -> bytes:
    if len(stored) == key.public_length:
        return stored
    try:
        return unpack(stored, key.public)
    except UnpackingError as error:
        raise _malformed("public values", str(error)) from error


def decode_public(key: SealedKey, public: bytes) -> list[int]:
    """Unpack the public values, whose length has been checked.

    Raises:
        ProofRejected: public_value_out_of_range.
    """
    values = []
    position = 0
    for number, item in enumerate(key.public):
        for index in range(item.count):
            packed = public[position : position + item.width]
            position += item.width
            value = int.from_bytes(packed, "big", signed=True)
            if not item.low <= value <= item.high:
                raise ProofRejected(
                    RejectionReason.PUBLIC_VALUE_OUT_OF_RANGE,
                    where=f"public tensor {number}, value {index}",
                    detail=f"{value} is not in [{item.low}, {item.high}]",
                )
            values.append(value)
    return values


def _points(name: str, data: bytes) -> Iterator[Affine]:
    for number, start in enumerate(range(0, len(data), POINT_LENGTH)):
        try:
            yield decode_point(data[start : start + POINT_LENGTH])
        except (NonCanonicalError, InvalidPointError) as error:
            raise ProofRejected(
                RejectionReason.INVALID_POINT, where=f"{name} {number}", detail=str(error)
            ) from error


def _twist_point(name: str, data: bytes) -> TwistAffine:
    try:
        return decode_twist_point(data)
    except (NonCanonicalError, InvalidPointError) as error:
        raise ProofRejected(RejectionReason.INVALID_POINT, where=name, detail=str(error)) from error


def _scalars(data: bytes) -> Iterator[int]:
    for number, start in enumerate(range(0, len(data), ENCODED_LENGTH)):
        try:
            yield decode(data[start : start + ENCODED_LENGTH])
        except NonCanonicalError as error:
            raise ProofRejected(
                RejectionReason.NON_CANONICAL_SCALAR, where=f"scalar {number}", detail=str(error)
            ) from error


def _malformed(where: str, detail: str) -> ProofRejected:
    return ProofRejected(RejectionReason.MALFORMED_PROOF, where=where, detail=detail)
