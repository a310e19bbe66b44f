"""Phase 2 of the setup: files of ceremonies, and the attestations that their participants publish.

Source:
    docs/spec/ceremony.md; docs/ceremony.md says how to hold one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modulus._native import Ceremony, srs_id, verify_setup
from modulus.errors import ArtifactError, CeremonyError, CeremonyFault
from modulus.files import parse_json, read_file, write_atomically
from modulus.progress import ProgressCallback, silent
from modulus.reference.keccak import keccak256
from modulus.verifier import KEY_MAGIC, SealPart, VerifyingKey

ATTESTATION_FORMAT = "modulus-ceremony-1"
MAX_CEREMONY_BYTES = 1 << 34
MAX_ATTESTATION_BYTES = 1 << 22
RECORD_BYTES = 353
"""Each contribution's, in a transcript."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One link of a ceremony's chain."""

    number: int
    """From 1."""
    is_beacon: bool
    label: str
    """Who contributed, in their own words, or where the beacon comes from."""
    hash: bytes
    """Hash of the chain after it: what a contributor publishes."""
    value: bytes
    """The beacon's value; zeros otherwise."""
    exponent: int
    """The value was hashed 2^exponent times."""


@dataclass(frozen=True, slots=True)
class Account:
    """What was held: everything that others can compare."""

    circuit_hash: bytes
    constraints: int
    tau_g2: bytes
    start: bytes
    """Hash that the chain starts from."""
    groth16: bytes
    """Points of the verifier after the last contribution."""
    contributions: tuple[Contribution, ...]


def start(key: VerifyingKey, ptau: Path, progress: ProgressCallback = silent) -> Ceremony:
    """Begin the ceremony of a model's circuit from powers of tau, which are checked.

    Raises:
        CeremonyError: The powers are too few, or no powers.
        SrsError: The file cannot be read.
    """
    return Ceremony.begin(key.schedule_bytes, ptau, progress)


def read(path: Path) -> Ceremony:
    """Read a ceremony and verify the chain of its contributions, but not its key.

    Raises:
        FileNotFoundError: There is no such file.
        CeremonyError: It is damaged, or a contribution proves nothing.
    """
    try:
        return Ceremony.decode(read_file(path, "ceremony", limit=MAX_CEREMONY_BYTES))
    except CeremonyError as error:
        raise CeremonyError(error.reason, f"{path}: {error.what}", hint=error.hint) from error


def is_key(path: Path) -> bool:
    """Whether a file is a verifying key, which carries the contributions of its seal.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(len(KEY_MAGIC)) == KEY_MAGIC
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ArtifactError(f"cannot read {path}: {error.strerror}") from error


def write(path: Path, ceremony: Ceremony) -> None:
    """Write a ceremony to a new file, which appears complete or not at all.

    Raises:
        ArtifactError: There is a file already, or it cannot be written.
    """
    refuse_existing(path)
    write_atomically(path, (ceremony.encode(),), private=False)


def refuse_existing(path: Path) -> None:
    """Fail before minutes of work, rather than replace a state that others may still need.

    Raises:
        ArtifactError: There is such a file.
    """
    if path.exists():
        raise ArtifactError(
            f"{path} exists already", hint="choose another name: every state is worth keeping"
        )


def told(ceremony: Ceremony) -> Account:
    """Return what a ceremony's file says; `Ceremony.verify` says whether it is true."""
    return Account(
        ceremony.circuit_hash,
        ceremony.constraints,
        ceremony.tau_g2,
        ceremony.start,
        ceremony.groth16,
        _links(ceremony.records()),
    )


def told_by_key(key: VerifyingKey) -> Account:
    """Verify the ceremony that a verifying key's seal comes from, and return what was held.

    Raises:
        CeremonyError: It has none, or one that does not lead to the key.
    """
    if key.seal is None or not key.seal.setup:
        raise CeremonyError(
            CeremonyFault.NO_CONTRIBUTION,
            "the key comes from no ceremony",
            hint="whoever compiled the model made its setup alone: `modulus ceremony --help`",
        )
    start, constraints, records = verify_setup(key.encode())
    seal = key.seal
    return Account(seal.circuit_hash, constraints, key.tau_g2, start, seal.groth16, _links(records))


def _links(records: list[tuple[str, str, bytes, bytes, int]]) -> tuple[Contribution, ...]:
    return tuple(
        Contribution(number, kind == "beacon", label, digest, value, exponent)
        for number, (kind, label, digest, value, exponent) in enumerate(records, 1)
    )


def seal_of(ceremony: Ceremony, circuit_hash: bytes) -> SealPart:
    """Return what the verifying key of a model with this circuit says of its seal.

    Raises:
        CeremonyError: The ceremony is one of another circuit, the verifier's points do not follow
            from circuit and contributions, or nobody contributed.
    """
    if ceremony.circuit_hash != circuit_hash:
        raise CeremonyError(
            CeremonyFault.WRONG_KEY,
            f"the ceremony is one of circuit {ceremony.circuit_hash.hex()}, the model has "
            f"{circuit_hash.hex()}",
            hint="compile with the options that the ceremony's model was compiled with",
        )
    ceremony.verify()
    return SealPart(ceremony.circuit_hash, ceremony.groth16, ceremony.evidence, ceremony.transcript)


def attestation(account: Account) -> dict[str, Any]:
    """Return an account as a JSON object."""
    links = account.contributions
    beacon = next((link for link in links if link.is_beacon), None)
    return {
        "format": ATTESTATION_FORMAT,
        "circuit": account.circuit_hash.hex(),
        "constraints": account.constraints,
        "powers_of_tau": srs_id(account.tau_g2).hex(),
        "start": account.start.hex(),
        "contributions": [
            {"number": link.number, "name": link.label, "hash": link.hash.hex()}
            for link in links
            if not link.is_beacon
        ],
        "beacon": beacon
        and {
            "source": beacon.label,
            "value": beacon.value.hex(),
            "iterations": 1 << beacon.exponent,
            "hash": beacon.hash.hex(),
        },
        "key": keccak256(account.groth16).hex(),
    }


def write_attestation(path: Path, account: Account) -> None:
    """Write the attestation as JSON.

    Raises:
        ArtifactError: There is a file already, or it cannot be written.
    """
    refuse_existing(path)
    text = json.dumps(attestation(account), indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, (text.encode(),), private=False)


def check_attestation(path: Path, account: Account) -> None:
    """Compare an attestation with what was held.

    Raises:
        FileNotFoundError: There is no such file.
        CeremonyError: It is no attestation, or states something else.
    """
    try:
        stated = parse_json(read_file(path, "attestation", limit=MAX_ATTESTATION_BYTES))
    except ValueError as error:
        raise _disagreement(path, f"not JSON: {error}") from error
    expected = attestation(account)
    if not isinstance(stated, dict) or stated.keys() != expected.keys():
        raise _disagreement(path, "it does not have the fields of an attestation")
    for name, value in expected.items():
        if stated[name] != value:
            raise _disagreement(path, f"{name!r} is not the ceremony's")


def _disagreement(path: Path, what: str) -> CeremonyError:
    return CeremonyError(
        CeremonyFault.WRONG_ATTESTATION,
        f"{path}: {what}",
        hint="ask whoever published it which one they mean, and use neither until you know",
    )
