"""The compiled verifier that travels in the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from modulus.evm.abi import encode_bytes_argument
from modulus.evm.verifying_data import verifying_data
from modulus.reference.sealed_key import SealedKey


@dataclass(frozen=True, slots=True)
class Artifact:
    """The generic contract: one bytecode for all models."""

    abi: list[dict[str, Any]]
    creation_code: bytes
    runtime_code: bytes
    compiler_version: str
    settings: dict[str, Any]
    source_sha256: str


@cache
def load_artifact() -> Artifact:
    """Read the shipped artifact; tools/solc_artifact.py makes it from contracts/."""
    content = json.loads(resource("ModulusVerifier.json"))
    return Artifact(
        content["abi"],
        bytes.fromhex(content["bytecode"][2:]),
        bytes.fromhex(content["runtimeBytecode"][2:]),
        content["compiler"]["version"],
        content["compiler"]["settings"],
        content["sourceSha256"],
    )


def generic_source() -> str:
    """Solidity source of the generic contract."""
    return resource("ModulusVerifier.sol")


def deployment_code(key: SealedKey) -> bytes:
    """Creation bytecode with its constructor argument: the data of a contract creation.

    Raises:
        ArtifactError: The key does not fit a contract.
    """
    return load_artifact().creation_code + encode_bytes_argument(verifying_data(key))


def deployed_code(key: SealedKey) -> bytes:
    """Code that the contract of a key must have on chain.

    Raises:
        ArtifactError: The key does not fit a contract.
    """
    return load_artifact().runtime_code + verifying_data(key)


def resource(name: str) -> str:
    """Text of a file of this package."""
    return (files("modulus.evm") / name).read_text(encoding="utf-8")
