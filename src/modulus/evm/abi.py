"""The few rules of the contract ABI that a verifier needs: selectors, words, byte strings.

Source:
    Solidity documentation, Contract ABI Specification.
"""

from __future__ import annotations

from collections.abc import Sequence

from modulus.reference.keccak import keccak256, word

SELECTOR_LENGTH = 4


def selector(signature: str) -> bytes:
    """First four bytes of the hash of a function's or an error's signature."""
    return keccak256(signature.encode("ascii"))[:SELECTOR_LENGTH]


def encode_arguments(arguments: Sequence[bytes | tuple[bytes]]) -> bytes:
    """Encode words and byte strings.

    Args:
        arguments: A `bytes32` or other 32-byte word as it is, a `bytes` value in a tuple of one.
    """
    head, tail = [], b""
    for argument in arguments:
        if isinstance(argument, tuple):
            (content,) = argument
            head.append(word(32 * len(arguments) + len(tail)))
            tail += word(len(content)) + content + bytes(-len(content) % 32)
        else:
            head.append(argument)
    return b"".join(head) + tail


def encode_bytes_argument(content: bytes) -> bytes:
    """Encode a single `bytes` argument."""
    return encode_arguments([(content,)])
