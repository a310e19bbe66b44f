"""Phase 2 of the setup: files of ceremonies, and the attestations that their participants publish.

Source:
    docs/spec/ceremony.md; docs/ceremony.md says how to hold one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modulus._native import Ceremony, srs_id
from modulus.errors import ArtifactError, CeremonyError, CeremonyFault
from modulus.files import parse_json, read_file, write_atomically
from modulus.progress import ProgressCallback, silent
from modulus.reference.keccak import keccak256
from modulus.verifier import SealPart, VerifyingKey

ATTESTATION_FORMAT = "modulus-ceremony-1"
MAX_CEREMONY_BYTES = 1 << 34
MAX_ATTESTATION_BYTES = 1 << 22


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


def contribute(
    ceremony: Ceremony,
    ptau: Path,
    name: str,
    entropy: bytes,
    progress: ProgressCallback = silent,
) -> Ceremony:
    """Check everything that was handed on, then add a secret and forget it.

    Attack: whoever hands on other points gets them back divided by the secret, and can forge proofs
    for a key that names an honest contributor.

    Args:
        ceremony: What was handed on; it stays as it is.
        ptau: The powers of tau that it began with.
        name: How the contributor wants to be called, at most 64 bytes.
        entropy: Mixed into the operating system's randomness.
        progress: Called with stage and fraction.

    Raises:
        CeremonyError: The key is not what circuit, powers and contributions make it, the ceremony
            has ended, or the name cannot be used.
        SrsError: The powers cannot be read.
    """
    ceremony.verify_state(ptau, progress)
    return ceremony.contribute(name, entropy)


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


def contributions(ceremony: Ceremony) -> list[Contribution]:
    """Return the links of the chain in order."""
    return [
        Contribution(number, kind == "beacon", label, digest, value, exponent)
        for number, (kind, label, digest, value, exponent) in enumerate(ceremony.records(), 1)
    ]


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


def attestation(ceremony: Ceremony) -> dict[str, Any]:
    """Return everything that others can compare, as a JSON object."""
    links = contributions(ceremony)
    return {
        "format": ATTESTATION_FORMAT,
        "circuit": ceremony.circuit_hash.hex(),
        "constraints": ceremony.constraints,
        "powers_of_tau": srs_id(ceremony.tau_g2).hex(),
        "start": ceremony.start.hex(),
        "contributions": [
            {"number": link.number, "name": link.label, "hash": link.hash.hex()}
            for link in links
            if not link.is_beacon
        ],
        "beacon": next(
            (
                {
                    "source": link.label,
                    "value": link.value.hex(),
                    "iterations": 1 << link.exponent,
                    "hash": link.hash.hex(),
                }
                for link in links
                if link.is_beacon
            ),
            None,
        ),
        "key": keccak256(ceremony.groth16).hex(),
    }


def write_attestation(path: Path, ceremony: Ceremony) -> None:
    """Write the attestation as JSON.

    Raises:
        ArtifactError: There is a file already, or it cannot be written.
    """
    refuse_existing(path)
    text = json.dumps(attestation(ceremony), indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, (text.encode(),), private=False)


def check_attestation(path: Path, ceremony: Ceremony) -> None:
    """Compare an attestation with a ceremony.

    Raises:
        FileNotFoundError: There is no such file.
        CeremonyError: It is no attestation, or states something else.
    """
    try:
        stated = parse_json(read_file(path, "attestation", limit=MAX_ATTESTATION_BYTES))
    except ValueError as error:
        raise _disagreement(path, f"not JSON: {error}") from error
    expected = attestation(ceremony)
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
