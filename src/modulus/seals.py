"""Proving keys of seals: made once per circuit, found again by the circuit's hash.

Models of one architecture share a circuit, so retraining makes no new key. Nothing in the cache is
ever changed or removed: verifying keys that were made with a proving key need exactly that one.
"""

from __future__ import annotations

from pathlib import Path

from modulus import srs
from modulus._native import Circuit, Sealer
from modulus.errors import ArtifactError
from modulus.files import read_file, write_atomically
from modulus.progress import ProgressCallback, silent
from modulus.verifier import SealPart

SEAL_KEY = "seal.key"
"""Name of the copy beside a model's keys."""

MAX_SEAL_BYTES = 1 << 34
KEY_VERSION = 2
"""Of the file's format: keys of another one stay for the Modulus that wrote them."""


def cache_folder() -> Path:
    """Return the folder of the cache, beside that of the powers of tau."""
    return srs.cache_folder().parent / "seals"


def for_compiling(circuit: Circuit, progress: ProgressCallback = silent) -> Sealer:
    """Return a key for a circuit, making one for development if there is none.

    Raises:
        ArtifactError: The cached key is damaged, or a new one cannot be written.
    """
    path = _cached_path(circuit.hash)
    if path.exists():
        return read(path, circuit)
    sealer = Sealer.generate_development(circuit, progress)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArtifactError(f"cannot make the folder {path.parent}: {error.strerror}") from error
    write(path, sealer)
    return sealer


def for_proving(circuit: Circuit, part: SealPart, folder: Path | None) -> Sealer:
    """Return the key that a verifying key names, from the model's folder or the cache.

    Raises:
        ArtifactError: It is not there, damaged, or another one.
    """
    candidates = [_cached_path(part.circuit_hash)]
    if folder is not None:
        candidates.insert(0, folder / SEAL_KEY)
    path = next((path for path in candidates if path.exists()), None)
    if path is None:
        raise ArtifactError(
            f"the seal's proving key is neither {' nor '.join(map(str, candidates))}",
            hint=f"copy {SEAL_KEY} from the folder that `modulus compile` wrote, or compile again",
        )
    sealer = read(path, circuit)
    if (sealer.circuit_hash, sealer.groth16) != (part.circuit_hash, part.groth16):
        raise ArtifactError(
            f"{path} does not belong to this model's verifying key",
            hint=f"copy {SEAL_KEY} from the folder that `modulus compile` wrote, or compile again",
        )
    return sealer


def read(path: Path, circuit: Circuit) -> Sealer:
    """Read a key for a circuit.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It is damaged, or the key of another circuit.
    """
    try:
        return Sealer.decode(read_file(path, "seal's key", limit=MAX_SEAL_BYTES), circuit)
    except ArtifactError as error:
        raise ArtifactError(f"{path}: {error.message}", hint=error.hint) from error


def write(path: Path, sealer: Sealer) -> None:
    """Write a key; a failed write leaves an existing file unchanged.

    Raises:
        ArtifactError: It cannot be written.
    """
    write_atomically(path, (sealer.encode(),), private=False)


def _cached_path(circuit_hash: bytes) -> Path:
    return cache_folder() / f"development-{KEY_VERSION}-{circuit_hash.hex()}.key"
