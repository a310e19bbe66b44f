"""Files that appear complete or not at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tokenize
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from modulus.errors import ArtifactError

DAMAGED_ARRAYS = (
    ValueError,
    EOFError,
    RecursionError,
    SyntaxError,
    tokenize.TokenError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
    OverflowError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What NumPy's and the standard library's readers raise on damaged .npy, .npz and .json files."""

DEEPEST_JSON = 100
"""Levels of lists and objects a JSON file may have; NumPy's arrays have at most 64 axes."""

_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)

PRIVATE_MODE = 0o600
PUBLIC_MODE = 0o644


def write_atomically(path: Path, parts: Iterable[bytes | memoryview], *, private: bool) -> None:
    """Write a file beside its destination, flush it to disk, then rename it into place.

    An interrupted or failed write leaves an existing file as it was and nothing else behind.

    Args:
        path: Destination; its folder must exist.
        parts: The content, piece by piece.
        private: Whether only the owner may read it.

    Raises:
        ArtifactError: The folder is missing or cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    except OSError as error:
        raise ArtifactError(
            f"cannot write {path}: {error.strerror}",
            hint="choose a folder that exists and is yours",
        ) from error
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(PRIVATE_MODE if private else PUBLIC_MODE)
        partial.replace(path)
    except OSError as error:
        raise ArtifactError(f"cannot write {path}: {error.strerror}") from error
    finally:
        # Also on Ctrl-C: after the rename there is nothing left to remove.
        partial.unlink(missing_ok=True)


def read_file(path: Path, what: str, *, limit: int) -> bytes:
    """Read a whole file.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It cannot be read, is a folder, or is larger than any such file may be.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            raise ArtifactError(
                f"{path} has {size} bytes, a {what} at most {limit}",
                hint=f"check that this is the {what}",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ArtifactError(f"cannot read the {what} {path}: {error.strerror}") from error


def parse_json(text: bytes) -> Any:
    """Parse JSON of bounded depth.

    Attack: the standard library's parser recurses once per level and leaves the bound to the
    interpreter's recursion limit. Packages raise that limit when they are imported (py_ecc sets
    100,000), and a file of opening brackets then ends the process.

    Raises:
        ValueError: It is not JSON, not UTF-8, or deeper than `DEEPEST_JSON`.
    """
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        first = token[0][:1]
        depth += (first in b"[{") - (first in b"]}")
        if depth > DEEPEST_JSON:
            raise ValueError(f"JSON of more than {DEEPEST_JSON} levels at byte {token.start()}")
    return json.loads(text.decode())
