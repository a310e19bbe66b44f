"""What a contract and its clients know of a model: its key and its public tensors by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self

from modulus.reference.key import VerifyingKey
from modulus.reference.sealed_key import SealedKey

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
class ContractModel:
    """A verifying key as contracts need it."""

    key: SealedKey
    tensors: tuple[NamedTensor, ...]

    @classmethod
    def decode(cls, verifying_key: bytes, *, ceremony_verified: bool = False) -> Self:
        """Read a verifying key.

        Args:
            verifying_key: Bytes of the key.
            ceremony_verified: Whether the caller has verified the transcripts of both setups; if
                not, the contract refuses to work outside test chains.

        Raises:
            ProofRejected: The key is malformed, or has no seal.
        """
        decoded = VerifyingKey.decode(verifying_key)
        key = decoded.sealed_view()
        if ceremony_verified:
            key = replace(key, development=decoded.declared_development)
        tensors: list[NamedTensor] = []
        offset = 0
        for public, item in zip(decoded.system.public, key.public, strict=True):
            prefix = "output" if public.is_output else "input"
            identifier = f"{prefix}_{_plain(public.name)}"
            if any(identifier == other.identifier for other in tensors):
                identifier += f"_{len(tensors)}"
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
        return cls(key, tuple(tensors))


def _plain(name: str) -> str:
    return re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_")[:_LONGEST_NAME] or "unnamed"
