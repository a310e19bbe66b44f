"""The user's powers of tau: made or imported once, found again by the identity that keys name.

Nothing in the cache is ever changed or removed: keys that were made with a reference string need
exactly that one to prove.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from modulus import powers_of_tau
from modulus._native import Srs, ptau_origin, write_rehearsal_ptau
from modulus.errors import SrsError
from modulus.progress import ProgressCallback, silent

DEFAULT_POWER = 17
"""Rows of 2^17 slots: enough for models of some millions of weights; made in about two seconds."""

MAX_GENERATED_POWER = 24
"""A larger development string would take minutes and gigabytes that nobody meant to spend."""

_FILE_NAME = re.compile(r"(development|ceremony)-(\d{1,2})-([0-9a-f]{64})\.srs")


class DevelopmentWarning(UserWarning):
    """Something rests on powers of tau whose secret one machine has known: not for production."""


@dataclass(frozen=True, slots=True)
class SrsFile:
    """A cached reference string, as its file name describes it."""

    path: Path
    development: bool
    power: int
    identity: str
    """Lower-case hexadecimal."""


def cache_folder() -> Path:
    """Return the folder of the cache: MODULUS_CACHE, or the platform's place for caches."""
    override = os.environ.get("MODULUS_CACHE")
    if override:
        return Path(override).expanduser() / "srs"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", "~/AppData/Local"))
    elif sys.platform == "darwin":
        base = Path("~/Library/Caches")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    return base.expanduser() / "modulus" / "srs"


def cached(folder: Path | None = None) -> list[SrsFile]:
    """List the cached reference strings, ceremonies first, then by descending age."""
    found = []
    for path in (folder or cache_folder()).glob("*.srs"):
        match = _FILE_NAME.fullmatch(path.name)
        if match:
            kind, power, identity = match.groups()
            found.append(SrsFile(path, kind == "development", int(power), identity))
    return sorted(found, key=lambda file: (file.development, file.path.stat().st_mtime_ns))


def load(path: Path, power: int | None = None) -> Srs:
    """Read a reference string, at most 2^power + 1 powers of it.

    Raises:
        SrsError: The file is missing, damaged, of another kind or too small.
    """
    try:
        status = path.stat()
        srs = _load(path, power, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise SrsError(
            f"cannot read the reference string {path}: {error.strerror}",
            hint="`modulus srs info` lists those that are there",
        ) from error
    if power is not None and srs.power < power:
        raise SrsError(
            f"{path} has 2^{srs.power} powers, this model needs 2^{power}",
            hint=f"`modulus srs import FILE.ptau --power {power}`, or `modulus srs generate "
            f"--power {power}` for development",
        )
    return srs


@lru_cache(maxsize=2)
def _load(path: Path, power: int | None, _changed: int, _size: int) -> Srs:
    return Srs.load(path, power)


def store(srs: Srs, folder: Path | None = None) -> Path:
    """Write a reference string into the cache and return its path.

    Raises:
        SrsError: The cache cannot be written.
    """
    target = folder or cache_folder()
    kind = "development" if srs.development else "ceremony"
    path = target / f"{kind}-{srs.power}-{srs.id.hex()}.srs"
    try:
        target.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            srs.save(path)
    except OSError as error:
        raise SrsError(
            f"cannot write the reference string {path}: {error.strerror}",
            hint="set MODULUS_CACHE to a folder that can be written",
        ) from error
    return path


def generate(power: int, *, force: bool = False, progress: ProgressCallback = silent) -> Path:
    """Make a development reference string and cache it.

    Args:
        power: It gets 2^power + 1 powers.
        force: Make another one although there is one of at least this size.
        progress: Called as the work goes on.

    Raises:
        SrsError: There is one already, the power is unsupported, or the cache cannot be written.
    """
    present = [file for file in cached() if file.development and file.power >= power]
    if present and not force:
        raise SrsError(
            f"there is a development reference string of 2^{present[-1].power} powers already: "
            f"{present[-1].path}",
            hint="--force makes another one beside it; keys keep the one they were compiled with",
        )
    if not 1 <= power <= MAX_GENERATED_POWER:
        raise SrsError(
            f"power {power} is outside 1 to {MAX_GENERATED_POWER}",
            hint="import a ceremony's file for more",
        )
    return store(Srs.generate_development(power, progress))


def rehearse(path: Path, power: int, progress: ProgressCallback = silent) -> None:
    """Write a .ptau file of a secret that this machine has known, to rehearse a ceremony.

    Raises:
        SrsError: There is such a file, it cannot be written, or the power is unsupported.
    """
    if not 1 <= power <= MAX_GENERATED_POWER:
        raise SrsError(f"power {power} is outside 1 to {MAX_GENERATED_POWER}")
    partial = path.with_name(f".{path.name}.partial")
    try:
        if path.exists():
            raise SrsError(f"{path} exists already", hint="choose another name")
        write_rehearsal_ptau(partial, power, progress)
        partial.replace(path)
    except OSError as error:
        raise SrsError(f"cannot write {path}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def trust(path: Path, name: str) -> tuple[Path, bytes]:
    """Let keys that rest on a file's powers of tau count as production, on this machine.

    Returns:
        The settings file, and the Keccak-256 hash of the powers' file.

    Raises:
        SrsError: The file is missing, or fails a check.
        CeremonyError: Its points are not powers.
        ArtifactError: The settings cannot be written.
    """
    try:
        tau_g2, alpha, beta, digest = ptau_origin(path)
    except OSError as error:
        raise SrsError(f"cannot read {path}: {error.strerror}") from error
    entry = powers_of_tau.PowersOfTau(name, tau_g2.hex(), alpha.hex(), beta.hex())
    return powers_of_tau.trust(entry), digest


def import_ptau(path: Path, power: int) -> Path:
    """Check a ceremony's .ptau file and cache 2^power + 1 of its powers.

    Raises:
        SrsError: The file is missing, fails a check, or has too few powers.
    """
    try:
        return store(Srs.import_ptau(path, power))
    except OSError as error:
        raise SrsError(f"cannot read {path}: {error.strerror}") from error


def for_compiling(power: int, path: Path | None = None, progress: ProgressCallback = silent) -> Srs:
    """Return a reference string for a new key, making one for development if there is none.

    Args:
        power: Rows have 2^power slots.
        path: Take this file instead of looking into the cache.
        progress: Called while one is made.

    Raises:
        SrsError: The file given is unusable, or a new one cannot be made or stored.
    """
    if path is None:
        large = [file for file in cached() if file.power >= power]
        ceremonies = [file for file in large if not file.development]
        # The newest one of a kind: what the user made or imported last is what they mean.
        chosen = (ceremonies or large)[-1:]
        path = chosen[0].path if chosen else generate(max(power, DEFAULT_POWER), progress=progress)
    return load(path, power)


def for_proving(identity: bytes, power: int, path: Path | None = None) -> Srs:
    """Return the reference string that a key names.

    Args:
        identity: The identity in the key.
        power: Rows have 2^power slots.
        path: Take this file instead of looking into the cache.

    Raises:
        SrsError: It is not there; the message says how to get it.
    """
    if path is None:
        matching = [file for file in cached() if file.identity == identity.hex()]
        large = [file for file in matching if file.power >= power]
        if not large:
            raise SrsError(_missing(identity, power, matching))
        path = large[0].path
    srs = load(path, power)
    if srs.id != identity:
        raise SrsError(
            f"{path} holds the reference string {srs.id.hex()[:16]}…, "
            f"this key was compiled with {identity.hex()[:16]}…",
            hint="give --srs the file used at compile time, or compile again",
        )
    return srs


def _missing(identity: bytes, power: int, smaller: list[SrsFile]) -> str:
    name = f"{identity.hex()[:16]}…"
    if smaller:
        return (
            f"the cached part of the reference string {name} has 2^{smaller[-1].power} powers, "
            f"this key needs 2^{power}\nhint: `modulus srs import FILE.ptau --power {power}`"
        )
    return (
        f"the reference string {name} that this key was compiled with is not in {cache_folder()}\n"
        f"hint: for a ceremony, `modulus srs import FILE.ptau --power {power}`; a development one "
        "cannot be made again: copy its .srs file from the machine that compiled (or name it with "
        "--srs), or run `modulus compile` again here"
    )
