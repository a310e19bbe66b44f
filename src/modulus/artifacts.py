"""The files Modulus writes: proving.key, verifying.key, report.json, recipe.json and proofs.

    proving.key = magic (16 bytes) u16 version, u64 length of the content, SHA-256 of the content,
                  content = list of sections: text name, u64 length, bytes

Little-endian. The checksum finds damage; it does not authenticate: a proving key may be trusted as
far as whoever handed it over, and what it proves is decided by the verifying key alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modulus.errors import ArtifactError
from modulus.files import parse_json, read_file, write_atomically
from modulus.relations.wire import Reader, Writer
from modulus.verifier import KEY_MAGIC, PROOF_MAGIC, VerifyingKey

PROVING_KEY = "proving.key"
VERIFYING_KEY = "verifying.key"
REPORT = "report.json"
RECIPE = "recipe.json"

PROVING_MAGIC = b"MODULUS.PKEY\0\0\0\0"
PROVING_VERSION = 1
OPENING_MAGIC = b"MODULUS.OPENING\0"
OPENING_VERSION = 1

MAX_PROVING_BYTES = 1 << 34
MAX_VERIFYING_BYTES = 1 << 28
MAX_PROOF_BYTES = 1 << 28
MAX_REPORT_BYTES = 1 << 26

_CHECKSUM_BYTES = 32
_KINDS = {
    PROVING_MAGIC: "a proving key",
    KEY_MAGIC: "a verifying key",
    PROOF_MAGIC: "a proof",
    OPENING_MAGIC: "an opening",
}
_WRITERS = {PROOF_MAGIC: "prove", OPENING_MAGIC: "commit"}


def write_proving_key(path: Path, sections: Mapping[str, bytes]) -> None:
    """Write a proving key that only its owner can read: it holds the weights.

    Raises:
        ArtifactError: It cannot be written; an existing file is then unchanged.
    """
    content = Writer()
    content.number("I", len(sections))
    for name, data in sections.items():
        content.text(name)
        content.number("Q", len(data))
        content.raw(data)
    body = content.finish()
    header = Writer()
    header.raw(PROVING_MAGIC)
    header.number("H", PROVING_VERSION)
    header.number("Q", len(body))
    header.raw(hashlib.sha256(body).digest())
    write_atomically(path, (header.finish(), body), private=True)


def read_proving_key(path: Path) -> dict[str, bytes]:
    """Read the sections of a proving key.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It is truncated, damaged, another kind of file, or of another version.
    """
    reader = Reader(read_as(path, "proving key", PROVING_MAGIC, MAX_PROVING_BYTES), str(path))
    _check_version(reader, path, PROVING_MAGIC, PROVING_VERSION)
    length = reader.integer("Q")
    checksum = reader.raw(_CHECKSUM_BYTES)
    body = reader.raw(length)
    reader.end()
    if hashlib.sha256(body).digest() != checksum:
        raise ArtifactError(
            f"{path}: the content does not match its checksum",
            hint="the file is damaged: copy it again, or compile the model again",
        )
    content = Reader(body, str(path))
    sections: dict[str, bytes] = {}
    for _ in range(content.integer("I")):
        name = content.text()
        sections[name] = content.raw(content.integer("Q"))
    content.end()
    return sections


def section(sections: Mapping[str, bytes], name: str, path: Path) -> bytes:
    """Return one section.

    Raises:
        ArtifactError: It is missing.
    """
    if name not in sections:
        raise ArtifactError(f"{path}: section {name!r} is missing", hint="compile the model again")
    return sections[name]


def write_verifying_key(path: Path, key: VerifyingKey) -> None:
    """Write a verifying key.

    Raises:
        ArtifactError: It cannot be written; an existing file is then unchanged.
    """
    write_atomically(path, (key.encode(),), private=False)


def read_verifying_key(path: Path) -> VerifyingKey:
    """Read a verifying key and check that its schedule is the one of its relations.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It is truncated, tampered with, another kind of file, or of another version.
    """
    return VerifyingKey.decode(
        read_as(path, "verifying key", KEY_MAGIC, MAX_VERIFYING_BYTES), str(path)
    )


def write_proof(path: Path, proof: bytes) -> None:
    """Write a proof.

    Raises:
        ArtifactError: It cannot be written; an existing file is then unchanged.
    """
    write_atomically(path, (proof,), private=False)


def read_proof(path: Path) -> bytes:
    """Read a proof without judging it: whether it holds is for `verify` to say.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It is another kind of file of Modulus, or too large.
    """
    data = read_file(path, "proof", limit=MAX_PROOF_BYTES)
    kind = kind_of(data)
    if kind is not None and kind != _KINDS[PROOF_MAGIC]:
        raise ArtifactError(f"{path} is {kind}, expected a proof")
    return data


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write a report as JSON.

    Raises:
        ArtifactError: It cannot be written; an existing file is then unchanged.
    """
    text = json.dumps(report, indent=2, allow_nan=False)
    write_atomically(path, (text.encode(), b"\n"), private=False)


def read_report(path: Path) -> dict[str, Any]:
    """Read a report.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It is not a JSON object.
    """
    try:
        report = parse_json(read_file(path, "report", limit=MAX_REPORT_BYTES))
    except ValueError as error:
        raise ArtifactError(f"{path} is not JSON: {error}") from error
    if not isinstance(report, dict):
        raise ArtifactError(f"{path} is not a JSON object")
    return report


def kind_of(data: bytes) -> str | None:
    """Name the kind of file that bytes begin like, None if none of Modulus."""
    return next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), None)


def read_as(path: Path, what: str, magic: bytes, limit: int) -> bytes:
    """Read a file that begins with a magic.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It is another kind of file, or too large.
    """
    data = read_file(path, what, limit=limit)
    if not data.startswith(magic):
        found = kind_of(data) or ("empty" if not data else "no file of Modulus")
        raise ArtifactError(
            f"{path} is {found}, expected {_KINDS[magic]}",
            hint=f"pass the file that `modulus {_WRITERS.get(magic, 'compile')}` wrote",
        )
    return data


def _check_version(reader: Reader, path: Path, magic: bytes, expected: int) -> None:
    reader.raw(len(magic))
    found = reader.integer("H")
    if found != expected:
        raise ArtifactError(
            f"{path} has version {found}, this Modulus reads version {expected}",
            hint="compile the model again with this Modulus, or use the one that wrote it",
        )
