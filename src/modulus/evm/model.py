"""What a contract and its clients know of a model: its key and its public tensors by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from modulus.keycheck import check_key
from modulus.reference.curve import POINT_LENGTH
from modulus.reference.key import VerifyingKey
from modulus.reference.sealed_key import SealedKey
from modulus.verifier import VerifyingKey as CheckedKey

_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class NamedTensor:
    """A public tensor of the packed bytes; real value = scale * column's factor * integer."""

    name: str
    identifier: str
    """An ASCII name that no other tensor has.

    Attack: names come with the key, from anyone; as they are they could end a comment or a string.
    """
    is_output: bool
    shape: tuple[int, ...]
    scale: float
    offset: int
    """Where its values begin in the public bytes."""
    count: int
    width: int
    low: int
    high: int
    columns: tuple[float, ...] = ()
    """Factors of the scale, one per index of the last axis; none where all are one."""


@dataclass(frozen=True, slots=True)
class NamedCommitment:
    """A committed input or output; real value = scale * integer."""

    name: str
    identifier: str
    """As of a `NamedTensor`."""
    is_output: bool
    shape: tuple[int, ...]
    scale: float
    offset: int
    """Where its points begin among the commitments."""
    length: int
    """Bytes of its points."""


@dataclass(frozen=True, slots=True)
class ContractModel:
    """A verifying key as contracts need it."""

    key: SealedKey
    tensors: tuple[NamedTensor, ...]
    commitments: tuple[NamedCommitment, ...] = ()

    @classmethod
    def of(cls, key: CheckedKey) -> Self:
        """Check what a key says of itself, judge its setup, and read it.

        Attack: the contract of a key that lies accepts proofs that need no witness.

        Raises:
            ProofRejected: The key is malformed, or has no seal.
        """
        check_key(key)
        return cls.decode(key.encode(), ceremony_verified=key.setup_doubt is None)

    @classmethod
    def decode(cls, verifying_key: bytes, *, ceremony_verified: bool = False) -> Self:
        """Read a verifying key that is trusted: `of` is for any other.

        Args:
            verifying_key: Bytes of the key.
            ceremony_verified: Whether the caller has verified both setups (there is no
                `VerifyingKey.setup_doubt`); if not, the contract refuses to work outside test
                chains.

        Raises:
            ProofRejected: The key is malformed, or has no seal.
        """
        decoded = VerifyingKey.decode(verifying_key, are_tables_known=True)
        key = decoded.sealed_view()
        if ceremony_verified:
            key = replace(key, development=decoded.declared_development)
        tensors: list[NamedTensor] = []
        offset = 0
        for public, item in zip(decoded.system.public, key.public, strict=True):
            taken = [other.identifier for other in tensors]
            identifier = _identifier(public.name, taken, is_output=public.is_output)
            tensors.append(
                NamedTensor(
                    public.name,
                    identifier,
                    public.is_output,
                    public.shape,
                    public.scale,
                    offset,
                    item.count,
                    item.width,
                    item.low,
                    item.high,
                    public.columns,
                )
            )
            offset += item.count * item.width
        return cls(key, tuple(tensors), _commitments(decoded))


def _commitments(key: VerifyingKey) -> tuple[NamedCommitment, ...]:
    found: list[NamedCommitment] = []
    offset = 0
    for port in key.system.committed:
        tensor = key.schedule.tensors[port.tensor]
        taken = [other.identifier for other in found]
        identifier = _identifier(port.name, taken, is_output=port.is_output)
        length = POINT_LENGTH << max(tensor.bits - key.schedule.row_bits, 0)
        found.append(
            NamedCommitment(
                port.name, identifier, port.is_output, tensor.shape, port.scale, offset, length
            )
        )
        offset += length
    return tuple(found)


def _identifier(name: str, taken: Sequence[str], *, is_output: bool) -> str:
    identifier = f"{'output' if is_output else 'input'}_{_plain(name)}"
    return f"{identifier}_{len(taken)}" if identifier in taken else identifier


def _plain(name: str) -> str:
    return re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_")[:_LONGEST_NAME] or "unnamed"
