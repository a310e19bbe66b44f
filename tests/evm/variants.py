"""The contract with one thing left out: what each check and each hashed input is good for."""

from __future__ import annotations

from functools import cache

from modulus.evm.abi import encode_bytes_argument
from modulus.evm.artifact import generic_source
from modulus.evm.verifying_data import verifying_data
from modulus.reference.keccak import digest
from modulus.reference.sealed import Digest
from modulus.reference.sealed_key import SealedKey
from tools.solc_artifact import compile_sources, compiler_settings

Edit = tuple[str, str]


def _zero(place: int) -> str:
    return f"mstore(add(buffer, {place:#x}), 0) "


_KAPPA = "mstore(add(t, T_KAPPA)"
_R = "let r := truncatedHash(buffer, 0x180)"
_RESTORE = " calldatacopy(add(buffer, 0xe0), add(tail, OPENINGS), 0x80)"

FORGETS: dict[str, tuple[str, tuple[int, ...], Edit]] = {
    "kappa without W'": (
        "modulus.k",
        (288, 320),
        (_KAPPA, _zero(0x140) + _zero(0x160) + _KAPPA),
    ),
    "zz without W": (
        "modulus.z",
        (32, 64),
        ("calldatacopy(add(buffer, 0x40), add(tail, W), 0x40)", _zero(0x40) + _zero(0x60)),
    ),
    "h3 without S": (
        "modulus.h3",
        (32, 64),
        ("calldatacopy(add(buffer, 0x40), tail, 0x40)", _zero(0x40) + _zero(0x60)),
    ),
    "r without P": (
        "modulus.r",
        (0,),
        ("calldatacopy(add(buffer, 0x20), add(tail, PIN), 0x20)", _zero(0x20)),
    ),
    "r without a1 and s1": (
        "modulus.r",
        (192, 256),
        (_R, _zero(0xE0) + _zero(0x120) + _R + _RESTORE),
    ),
}
"""Digests that read an input as zeros: tag, offsets of the words after the tag, and the edit that
does the same to the contract."""


def forgetful(tag: str, words: tuple[int, ...]) -> Digest:
    """The tagged hash, with some words of one tag's data read as zeros."""

    def forget(name: str, *parts: bytes) -> bytes:
        data = bytearray(b"".join(parts))
        if name == tag:
            for start in words:
                data[start : start + 32] = bytes(32)
        return digest(name, bytes(data))

    return forget


def edited(*edits: Edit) -> str:
    """The generic source with replacements, each of which must apply exactly once."""
    source = generic_source()
    for old, new in edits:
        assert source.count(old) == 1, f"{source.count(old)} times in the source: {old}"
        source = source.replace(old, new)
    return source


@cache
def creation_code(edits: tuple[Edit, ...]) -> bytes:
    """Bytecode of the edited source; variants take the faster of the compiler's two ways."""
    settings = compiler_settings() | {"viaIR": not edits}
    compiled = compile_sources({"V.sol": edited(*edits)}, settings)
    return bytes.fromhex(compiled["V.sol"]["ModulusVerifier"]["evm"]["bytecode"]["object"])


def variant_code(key: SealedKey, edits: tuple[Edit, ...]) -> bytes:
    """What deploys the edited contract for a key."""
    return creation_code(edits) + encode_bytes_argument(verifying_data(key))
