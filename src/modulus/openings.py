"""Openings: the values behind a commitment and what blinds it. Whoever has one knows the values.

    opening = magic (16 bytes) u16 version, SHA-256 of the content,
              content = 32 bytes identity of the powers of tau, f64 scale, list u32 shape,
                        list of points (64 bytes each), list of blinding coefficients (32 bytes
                        each), one i64 per value in C order

Little-endian; points and coefficients big-endian. There are as many coefficients as points.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np

from modulus._native import Srs, commit_port, draw_port_blinds
from modulus.artifacts import OPENING_MAGIC, OPENING_VERSION, read_as
from modulus.commitments import POINT_BYTES, Commitment, is_shape
from modulus.errors import ArtifactError
from modulus.files import write_atomically
from modulus.ir.evaluate import Integers
from modulus.relations.coordinate import block_bits
from modulus.relations.wire import Reader, Writer

MAX_BYTES = 1 << 34
SCALAR_BYTES = 32
DIGEST_BYTES = 32


@dataclass(frozen=True, eq=False)
class Opening:
    """A tensor that its owner has committed to. Secret."""

    commitment: Commitment
    integers: Integers = field(repr=False)
    """Of the commitment's shape."""
    blinds: bytes = field(repr=False)
    """What hides the values, 32 bytes a point."""

    @classmethod
    def make(cls, integers: Integers, scale: float, srs: Srs, row_bits: int) -> Self:
        """Commit to a tensor with fresh blinding.

        Args:
            integers: The tensor.
            scale: real value = scale * integer.
            srs: The powers of tau of the models that will read it.
            row_bits: Models with rows of 2^row_bits slots can read it; if it fits one such row,
                so can those with any longer rows, and with shorter ones that hold it.

        Raises:
            NativeError: The operating system gives no randomness.
            SrsError: There are too few powers of tau.
        """
        values = np.ascontiguousarray(integers, dtype=np.int64)
        shape = tuple(values.shape)
        blinds = draw_port_blinds(values, rows_of(shape, row_bits))
        points = tuple(commit_port(srs, shape, values, blinds))
        return cls(Commitment(points, shape, scale, srs.id), values, blinds)

    def check(self, srs: Srs) -> None:
        """Recompute the commitment: a proof for another one would not be accepted.

        Raises:
            ArtifactError: Values or blinding are not those of the commitment.
        """
        shape = self.commitment.shape
        if tuple(commit_port(srs, shape, self.integers, self.blinds)) != self.commitment.points:
            raise ArtifactError(
                "the opening does not open its commitment",
                hint="it was changed or put together by hand: commit again",
            )

    def save(self, path: str | Path) -> None:
        """Write a file that only its owner can read.

        Raises:
            ArtifactError: It cannot be written; an existing file is then unchanged.
        """
        content = Writer()
        content.raw(self.commitment.srs_id)
        content.number("d", self.commitment.scale)
        content.shape(self.commitment.shape)
        content.sequence(self.commitment.points, content.raw)
        content.sequence(_split(self.blinds), content.raw)
        content.raw(self.integers.astype("<i8").tobytes())
        body = content.finish()
        header = Writer()
        header.raw(OPENING_MAGIC)
        header.number("H", OPENING_VERSION)
        header.raw(hashlib.sha256(body).digest())
        write_atomically(Path(path), (header.finish(), body), private=True)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read an opening.

        Raises:
            FileNotFoundError: There is no such file.
            ArtifactError: It is truncated, damaged, another kind of file, or of another version.
        """
        name = str(path)
        data = read_as(Path(path), "opening", OPENING_MAGIC, MAX_BYTES)
        reader = Reader(data, name)
        reader.magic(OPENING_MAGIC, OPENING_VERSION)
        checksum = reader.raw(DIGEST_BYTES)
        if hashlib.sha256(data[len(OPENING_MAGIC) + 2 + DIGEST_BYTES :]).digest() != checksum:
            raise ArtifactError(
                f"{name}: the content does not match its checksum",
                hint="the file is damaged: copy it again",
            )
        srs_id, scale, shape = reader.raw(DIGEST_BYTES), reader.real(), reader.shape()
        points = reader.sequence(lambda: reader.raw(POINT_BYTES))
        blinds = reader.sequence(lambda: reader.raw(SCALAR_BYTES))
        if not is_shape(shape) or not 0 < scale < math.inf or len(points) != len(blinds):
            raise reader.fail("shape, scale and points do not belong together")
        values = np.frombuffer(reader.raw(8 * math.prod(shape)), dtype="<i8")
        reader.end()
        commitment = Commitment(points, shape, scale, srs_id)
        return cls(commitment, values.astype(np.int64).reshape(shape), b"".join(blinds))


def rows_of(shape: tuple[int, ...], row_bits: int) -> int:
    """Return how many rows of 2^row_bits slots a tensor takes, alone in them."""
    return 1 << max(block_bits(shape) - row_bits, 0)


def _split(blinds: bytes) -> list[bytes]:
    return [blinds[start : start + SCALAR_BYTES] for start in range(0, len(blinds), SCALAR_BYTES)]
