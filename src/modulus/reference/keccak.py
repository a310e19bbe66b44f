"""Keccak-256 as the EVM computes it, and the tagged digests of the protocol.

Source:
    Bertoni et al., The Keccak reference (2011), padding 0x01 (not the 0x06 of FIPS 202 SHA-3);
    Modulus protocol section 1, vectors/keccak/digest.json.
"""

RATE_BYTES = 136
"""1600 bits of state less twice the 256 bits of digest."""

WORD_BYTES = 32
"""Every tagged digest is a sequence of EVM words."""

TRUNCATED_BITS = 248
"""A truncated digest is below both field moduli, so it is always a canonical element."""

_LANE_MASK = (1 << 64) - 1


def _round_constants() -> list[int]:
    """Iota constants from the 8-bit shift register x^8 + x^6 + x^5 + x^4 + 1."""
    constants = []
    register = 1
    for _ in range(24):
        constant = 0
        for bit in range(7):
            if register & 1:
                constant |= 1 << ((1 << bit) - 1)
            register <<= 1
            if register & 0x100:
                register ^= 0x171
        constants.append(constant)
    return constants


def _lane_steps() -> list[tuple[int, int, int]]:
    """Combined rho and pi: (source lane, target lane, left rotation), lane x + 5y."""
    steps = [(0, 0, 0)]
    x, y = 1, 0
    for step in range(24):
        rotation = (step + 1) * (step + 2) // 2 % 64
        target_x, target_y = y, (2 * x + 3 * y) % 5
        steps.append((x + 5 * y, target_x + 5 * target_y, rotation))
        x, y = target_x, target_y
    return steps


_ROUND_CONSTANTS = _round_constants()
_LANE_STEPS = _lane_steps()


def _rotate(lane: int, amount: int) -> int:
    return (lane << amount | lane >> (64 - amount)) & _LANE_MASK


def _permute(state: list[int]) -> list[int]:
    """Keccak-f[1600] on 25 lanes of 64 bits."""
    for round_constant in _ROUND_CONSTANTS:
        parity = [
            state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]
            for x in range(5)
        ]
        theta = [parity[(x - 1) % 5] ^ _rotate(parity[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * 25
        for source, target, rotation in _LANE_STEPS:
            moved[target] = _rotate(state[source] ^ theta[source % 5], rotation)
        state = [
            moved[lane]
            ^ (
                ~moved[lane - lane % 5 + (lane + 1) % 5]
                & _LANE_MASK
                & moved[lane - lane % 5 + (lane + 2) % 5]
            )
            for lane in range(25)
        ]
        state[0] ^= round_constant
    return state


def _hash(data: bytes, padding: int) -> bytes:
    """Sponge with the given first padding byte, 32 bytes out."""
    padded = bytearray(data)
    padded.append(padding)
    padded.extend(bytes(-len(padded) % RATE_BYTES))
    padded[-1] |= 0x80
    state = [0] * 25
    for block in range(0, len(padded), RATE_BYTES):
        for lane in range(RATE_BYTES // 8):
            start = block + 8 * lane
            state[lane] ^= int.from_bytes(padded[start : start + 8], "little")
        state = _permute(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def keccak256(data: bytes) -> bytes:
    """Keccak-256 of arbitrary bytes, as the EVM opcode computes it."""
    return _hash(data, 0x01)


def word(value: int) -> bytes:
    """An unsigned integer as one 32-byte big-endian word.

    Raises:
        ValueError: If `value` is negative or does not fit into 256 bits.
    """
    if not 0 <= value < 1 << 256:
        raise ValueError("a word holds an unsigned integer of at most 256 bits")
    return value.to_bytes(WORD_BYTES, "big")


def digest(tag: str, *parts: bytes) -> bytes:
    """Keccak-256 of a zero-padded ASCII tag followed by whole words.

    Data of variable length must enter as its own `keccak256`; otherwise two splits of the same
    bytes would share a digest.

    Raises:
        ValueError: If the tag is empty, not ASCII, holds a zero byte or exceeds 32 bytes, or if
            a part is not a whole number of 32-byte words.
    """
    if not tag or not tag.isascii() or "\0" in tag or len(tag) > WORD_BYTES:
        raise ValueError(f"digest tag must be 1 to {WORD_BYTES} ASCII characters, got {tag!r}")
    for position, part in enumerate(parts):
        if len(part) % WORD_BYTES:
            raise ValueError(
                f"part {position} of digest {tag!r} has {len(part)} bytes, not whole words"
            )
    return keccak256(tag.encode("ascii").ljust(WORD_BYTES, b"\0") + b"".join(parts))


def truncated(digest_bytes: bytes) -> int:
    """Low 248 bits of a digest as a field element; written trunc in the protocol.

    Raises:
        ValueError: If the digest is not 32 bytes.
    """
    if len(digest_bytes) != WORD_BYTES:
        raise ValueError(f"a digest has {WORD_BYTES} bytes, got {len(digest_bytes)}")
    return int.from_bytes(digest_bytes, "big") % (1 << TRUNCATED_BITS)
