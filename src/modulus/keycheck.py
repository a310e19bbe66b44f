"""What a verifying key says of itself, recomputed: nobody has to trust a key file.

The file is the adversary's. Whenever a key is read its schedule is recomputed; before it is relied
on, the contents of function tables and their commitments, the seal's circuit, and the points of the
seal that follow from circuit and powers of tau. That takes a fraction of a second to some seconds;
a key that passed is remembered by the digest of all its bytes.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from modulus import srs
from modulus._native import VERSION, check_fixed, check_seal, evaluate_function, verify_setup
from modulus.errors import ArtifactError, ModulusError, ProofRejected, RejectionReason
from modulus.relations.codec import decode_system
from modulus.relations.contents import entries_of
from modulus.relations.coordinate import block_bits
from modulus.relations.function import Code, write_code
from modulus.relations.system import RelationSystem, Role
from modulus.relations.wire import Writer
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import decode_schedule, encode_schedule
from modulus.schedule.layout import MAX_ROW_BITS, MIN_ROW_BITS

if TYPE_CHECKING:
    from modulus.verifier import VerifyingKey

_CHECKS = b"modulus.key.checks.2"
_SETUP = b"modulus.key.setup.1"
"""These change whenever more is checked."""

_passed: set[str] = set()


def cache_folder() -> Path:
    """Return the folder where keys that passed are remembered, beside the powers of tau."""
    return srs.cache_folder().parent / "keys"


def check_key(key: VerifyingKey) -> None:
    """Recompute what a key could lie about.

    Whether somebody knows the secrets of its setup is another question: `VerifyingKey.setup_doubt`.

    Raises:
        ProofRejected: malformed_key, with what differs.
    """
    encoded = key.encode()

    def check() -> None:
        # A key that was not read from bytes has not had its schedule compared.
        check_schedule(key.system_bytes, key.schedule_bytes)
        _check_tables(key, encoded)
        check_seal(encoded)

    _once(_CHECKS, encoded, check)


def check_setup(key: VerifyingKey) -> None:
    """Verify the ceremony that a key's seal comes from.

    Raises:
        CeremonyError: Its transcript does not lead to the key.
    """
    encoded = key.encode()
    _once(_SETUP, encoded, lambda: verify_setup(encoded))


def check_schedule(system_bytes: bytes, schedule_bytes: bytes) -> None:
    """Check that a key's schedule is what the compiler makes of its relations.

    Attack: a schedule that omits a relation would accept what the model does not compute.

    Raises:
        ProofRejected: malformed_key, with what the compiler finds wrong.
    """
    try:
        detail = None if _is_schedule_of(system_bytes, schedule_bytes) else "it is another one"
    except ModulusError as error:
        # Whatever the compiler finds wrong with the relations is wrong with the file.
        detail = error.message
    if detail is not None:
        raise ProofRejected(
            RejectionReason.MALFORMED_KEY, where="the schedule of the relations", detail=detail
        )


def evaluate(code: Code, arguments: array[float]) -> Sequence[float]:
    """Return the values of a function, by the native core."""
    writer = Writer()
    write_code(writer, code)
    return array("d", evaluate_function(writer.finish(), arguments))


def _check_tables(key: VerifyingKey, encoded: bytes) -> None:
    """Attack: two keys of one system could hold tanh and a step function."""
    try:
        tables = {
            number: entries_of(tensor.contents, tensor.shape, evaluate)
            for number, tensor in enumerate(key.system.tensors)
            if tensor.contents is not None
        }
    except ArtifactError as error:
        raise ProofRejected(
            RejectionReason.MALFORMED_KEY, where="function tables", detail=error.message
        ) from error
    check_fixed(encoded, tables, "tables")


def _once(purpose: bytes, encoded: bytes, check: Callable[[], object]) -> None:
    """Check a key unless this version has found that it passes."""
    record = hashlib.sha256(purpose + VERSION.encode() + b"\0" + encoded).hexdigest()
    if record in _passed:
        return
    path = cache_folder() / record
    if not _is_recorded(path):
        check()
        _write_record(path)
    _passed.add(record)


def _is_recorded(path: Path) -> bool:
    """Whether a key passed before; the name of the record is the digest of all that was checked.

    Attack: whoever may write into the folder could record a key that never passed, so a folder
    that others may write is not believed.
    """
    try:
        status = path.parent.stat()
    except OSError:
        return False
    if os.name == "posix" and (status.st_mode & 0o022 or status.st_uid != os.getuid()):
        return False
    return path.is_file()


def _write_record(path: Path) -> None:
    # Without a record the next verification takes longer, and nothing else.
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)


@lru_cache(maxsize=4)
def _is_schedule_of(system_bytes: bytes, schedule_bytes: bytes) -> bool:
    system = decode_system(system_bytes)
    schedule = decode_schedule(schedule_bytes)
    return (
        MIN_ROW_BITS <= schedule.row_bits <= MAX_ROW_BITS
        # Attack: relations of a few bytes could ask for a layout of billions of rows.
        and _slots(system) <= len(schedule.row_kinds) << schedule.row_bits
        and encode_schedule(build_schedule(system, schedule.row_bits)) == schedule_bytes
    )


def _slots(system: RelationSystem) -> int:
    return sum(
        1 << block_bits(tensor.shape)
        for tensor in system.tensors
        if tensor.role is not Role.VIRTUAL
    )
