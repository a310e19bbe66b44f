"""Commitments to inputs and outputs, as the world sees them.

    {"format": "modulus.commitment", "version": 1, "points": ["0x..", ..], "shape": [..],
     "scale": .., "powers_of_tau": "0x.."}

A commitment belongs to the owner of the values, not to a model: it is the same in every proof of
every model that reads it, so it can be signed and published. Imports no numerical package.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from modulus.errors import ArtifactError
from modulus.files import parse_json, read_file, write_atomically
from modulus.relations.coordinate import block_bits

FORMAT = "modulus.commitment"
VERSION = 1
POINT_BYTES = 64
MAX_BYTES = 1 << 24
MAX_BLOCK_BITS = 32

_HINT = "pass the .commitment file that `modulus commit` wrote"


@dataclass(frozen=True, slots=True)
class Commitment:
    """What is known of a committed tensor; real value = scale * integer."""

    points: tuple[bytes, ...]
    """64 bytes each: x and y, big-endian. More than one if the tensor exceeds a row."""
    shape: tuple[int, ...]
    scale: float
    srs_id: bytes
    """Identity of the powers of tau."""

    @property
    def digest(self) -> bytes:
        """32 bytes to sign: SHA-256 over powers of tau, scale, shape and points.

        The bytes are "modulus.commitment.1" | identity of the powers of tau | f64 scale | u32
        number of axes | u64 extents | points, big-endian.
        """
        shape = struct.pack(f">I{len(self.shape)}Q", len(self.shape), *self.shape)
        parts = (b"modulus.commitment.1", self.srs_id, struct.pack(">d", self.scale), shape)
        return hashlib.sha256(b"".join((*parts, *self.points))).digest()

    def as_json(self) -> dict[str, Any]:
        """Return the fields of the file."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "points": [f"0x{point.hex()}" for point in self.points],
            "shape": list(self.shape),
            "scale": self.scale,
            "powers_of_tau": f"0x{self.srs_id.hex()}",
        }

    def save(self, path: str | Path) -> None:
        """Write the file; it is public.

        Raises:
            ArtifactError: It cannot be written; an existing file is then unchanged.
        """
        text = json.dumps(self.as_json(), indent=2) + "\n"
        write_atomically(Path(path), (text.encode(),), private=False)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read the file.

        Raises:
            FileNotFoundError: There is no such file.
            ArtifactError: It is another kind of file, or damaged.
        """
        data = read_file(Path(path), "commitment", limit=MAX_BYTES)
        try:
            held = parse_json(data)
        except ValueError as error:
            raise ArtifactError(f"{path} is no commitment: {error}", hint=_HINT) from error
        return cls.from_json(held, str(path))

    @classmethod
    def from_json(cls, held: object, name: str = "commitment") -> Self:
        """Read the fields of the file.

        Raises:
            ArtifactError: They are not those of a commitment.
        """
        if not isinstance(held, dict) or held.get("format") != FORMAT:
            raise ArtifactError(f"{name} is no commitment", hint=_HINT)
        if held.get("version") != VERSION:
            raise ArtifactError(f"{name} has a version that this Modulus does not read")
        points, shape, scale = (held.get(key) for key in ("points", "shape", "scale"))
        if not isinstance(points, list) or not points:
            raise ArtifactError(f"{name}: there are no points")
        if not isinstance(shape, list) or not is_shape(shape):
            raise ArtifactError(f"{name}: the shape is not a list of extents")
        if not isinstance(scale, float) or not 0 < scale < math.inf:
            raise ArtifactError(f"{name}: the scale is not a positive number")
        return cls(
            tuple(_bytes(point, POINT_BYTES, name) for point in points),
            tuple(shape),
            scale,
            _bytes(held.get("powers_of_tau"), 32, name),
        )


def is_shape(value: Sequence[Any]) -> bool:
    """Whether a value is a list of positive extents whose padded block is not absurdly large."""
    return (
        all(type(extent) is int and 0 < extent <= 1 << MAX_BLOCK_BITS for extent in value)
        and block_bits(tuple(value)) <= MAX_BLOCK_BITS
    )


def _bytes(value: object, length: int, name: str) -> bytes:
    if not isinstance(value, str) or re.fullmatch(f"0x[0-9a-f]{{{2 * length}}}", value) is None:
        raise ArtifactError(f"{name}: {str(value)[:20]!r} is not {length} bytes in hexadecimal")
    return bytes.fromhex(value[2:])
