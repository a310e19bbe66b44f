"""Statements that are wrong in one way each, and the error that they must end in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from modulus.reference.extension import multiply2
from modulus.reference.field import BASE_MODULUS, SCALAR_MODULUS
from modulus.reference.twist import TWIST_CONSTANT, encode_twist_point, is_in_subgroup
from tests.evm.simulator import Statement

POINT = 64
TAIL = 704
RHO, ZETA, T0, OPENINGS, PIN, A, B, C = 192, 224, 256, 288, 416, 448, 512, 640

Fault = Callable[[Statement], Statement]


def tail(statement: Statement) -> int:
    """Where S begins."""
    return len(statement.body) - TAIL


def patched(data: bytes, offset: int, patch: bytes) -> bytes:
    """`data` with some bytes replaced."""
    return data[:offset] + patch + data[offset + len(patch) :]


def in_body(offset: int, patch: bytes) -> Fault:
    """Replace bytes of the body from its start."""
    return lambda s: replace(s, body=patched(s.body, offset, patch))


def in_tail(offset: int, patch: bytes) -> Fault:
    """Replace bytes of the body from S on."""
    return lambda s: replace(s, body=patched(s.body, tail(s) + offset, patch))


def add_word(offset: int, amount: int) -> Fault:
    """Add to a word of the tail without reducing it."""

    def apply(s: Statement) -> Statement:
        start = tail(s) + offset
        value = int.from_bytes(s.body[start : start + 32], "big") + amount
        return replace(s, body=patched(s.body, start, value.to_bytes(32, "big")))

    return apply


def public_value(offset: int, patch: bytes) -> Fault:
    """Replace bytes of the public values; a negative offset counts from the end."""
    return lambda s: replace(s, public=patched(s.public, offset % len(s.public), patch))


def _outside_the_subgroup() -> bytes:
    """A point of the twist of another order: the first that small numbers give."""
    for real in range(1, 100):
        x = (real, 1)
        square = multiply2(multiply2(x, x), x)
        y = _square_root(((square[0] + TWIST_CONSTANT[0]), (square[1] + TWIST_CONSTANT[1])))
        if y is not None and not is_in_subgroup((x, y)):
            return encode_twist_point((x, y))
    raise AssertionError("half of all numbers give a point")


def _square_root(value: tuple[int, int]) -> tuple[int, int] | None:
    """Square root in the quadratic extension, by the complex method."""
    q = BASE_MODULUS
    a, b = value[0] % q, value[1] % q
    norm = pow(a * a + b * b, (q + 1) // 4, q)
    if norm * norm % q != (a * a + b * b) % q:
        return None
    for sign in (1, -1):
        half = (a + sign * norm) * pow(2, -1, q) % q
        root = pow(half, (q + 1) // 4, q)
        if root * root % q == half and root:
            return root, b * pow(2 * root, -1, q) % q
    return None


INFINITY = bytes(POINT)
OFF_CURVE = (1).to_bytes(32, "big") + (3).to_bytes(32, "big")

FAULTS: dict[str, tuple[Fault, str]] = {
    "proof one byte short": (lambda s: replace(s, body=s.body[:-1]), "MalformedProof"),
    "proof one byte long": (lambda s: replace(s, body=s.body + b"\0"), "MalformedProof"),
    "one row more": (lambda s: replace(s, body=s.body[:POINT] + s.body), "MalformedProof"),
    "proof empty": (lambda s: replace(s, body=b""), "MalformedProof"),
    "public short": (lambda s: replace(s, public=s.public[:-1]), "MalformedProof"),
    "public long": (lambda s: replace(s, public=s.public + b"\0"), "MalformedProof"),
    "committed short": (lambda s: replace(s, committed=s.committed[:-POINT]), "MalformedProof"),
    "committed long": (lambda s: replace(s, committed=s.committed + b"\0"), "MalformedProof"),
    # `mixed` begins with 45 one-byte values in [-3, 100] and ends with nine of eight bytes.
    "low in a word": (public_value(2, b"\xfc"), "PublicValueOutOfRange"),
    "high in a word": (public_value(3, b"\x65"), "PublicValueOutOfRange"),
    "most negative in a word": (public_value(0, b"\x80"), "PublicValueOutOfRange"),
    "low after the words": (public_value(44, b"\xfc"), "PublicValueOutOfRange"),
    "high after the words": (public_value(40, b"\x65"), "PublicValueOutOfRange"),
    "wide high in a word": (
        public_value(-72, (1 + (1 << 40)).to_bytes(8, "big")),
        "PublicValueOutOfRange",
    ),
    "wide low after the words": (
        public_value(-8, (-6 % (1 << 64)).to_bytes(8, "big")),
        "PublicValueOutOfRange",
    ),
    "committed at infinity": (
        lambda s: replace(s, committed=patched(s.committed, 0, INFINITY)),
        "InvalidPoint",
    ),
    "committed off curve": (
        lambda s: replace(s, committed=patched(s.committed, POINT, OFF_CURVE)),
        "InvalidPoint",
    ),
    "first row at infinity": (in_body(0, INFINITY), "InvalidPoint"),
    "first row off curve": (in_body(0, OFF_CURVE), "InvalidPoint"),
    "helper row off curve": (in_tail(-POINT, OFF_CURVE), "InvalidPoint"),
    "S at infinity": (in_tail(0, INFINITY), "InvalidPoint"),
    "W at infinity": (in_tail(64, INFINITY), "InvalidPoint"),
    "W' at infinity": (in_tail(128, INFINITY), "InvalidPoint"),
    "W' off curve": (in_tail(128, OFF_CURVE), "InvalidPoint"),
    "A at infinity": (in_tail(A, INFINITY), "InvalidPoint"),
    "A off curve": (in_tail(A, OFF_CURVE), "InvalidPoint"),
    "C at infinity": (in_tail(C, INFINITY), "InvalidPoint"),
    "C off curve": (in_tail(C, OFF_CURVE), "InvalidPoint"),
    "C not canonical": (add_word(C + 32, BASE_MODULUS), "InvalidPoint"),
    "x of S not canonical": (add_word(0, BASE_MODULUS), "InvalidPoint"),
    "y of W not canonical": (add_word(96, BASE_MODULUS), "InvalidPoint"),
    # Points come before scalars, A and C too, which the pairing would refuse later.
    "A off curve, rho not canonical": (
        lambda s: in_tail(A, OFF_CURVE)(add_word(RHO, SCALAR_MODULUS)(s)),
        "InvalidPoint",
    ),
    "C off curve, rho not canonical": (
        lambda s: in_tail(C, OFF_CURVE)(add_word(RHO, SCALAR_MODULUS)(s)),
        "InvalidPoint",
    ),
    "public value and point": (
        lambda s: in_tail(0, INFINITY)(public_value(2, b"\xfc")(s)),
        "PublicValueOutOfRange",
    ),
    "B at infinity": (in_tail(B, bytes(128)), "InvalidPoint"),
    "B off curve": (in_tail(B, OFF_CURVE + OFF_CURVE), "InvalidPoint"),
    "B outside the subgroup": (in_tail(B, _outside_the_subgroup()), "InvalidPoint"),
    "B not canonical": (add_word(B + 96, BASE_MODULUS), "InvalidPoint"),
    **{
        f"scalar {number} not canonical": (
            add_word(RHO + 32 * number, SCALAR_MODULUS),
            "NonCanonicalScalar",
        )
        for number in range(8)
    },
    "zeta zero": (in_tail(ZETA, bytes(32)), "DegenerateChallenge"),
    "zeta one": (in_tail(ZETA, (1).to_bytes(32, "big")), "DegenerateChallenge"),
    "t0 wrong": (in_tail(T0, (1).to_bytes(32, "big")), "DegenerateChallenge"),
    "t0 zero": (in_tail(T0, bytes(32)), "DegenerateChallenge"),
    "other context": (lambda s: replace(s, context=bytes(32)), "PairingFailed"),
    "other public value": (public_value(1, b"\x07"), "PairingFailed"),
    "other rho": (in_tail(RHO, (1).to_bytes(32, "big")), "PairingFailed"),
    "other a1": (in_tail(OPENINGS, (1).to_bytes(32, "big")), "PairingFailed"),
    "other P": (in_tail(PIN, (1).to_bytes(32, "big")), "PairingFailed"),
    "other row": (
        in_body(0, (1).to_bytes(32, "big") + (2).to_bytes(32, "big")),
        "PairingFailed",
    ),
    "other A": (in_tail(A, (1).to_bytes(32, "big") + (2).to_bytes(32, "big")), "PairingFailed"),
}
"""Faults of the fixture `mixed`."""
