"""Public values in the file of a proof: second differences, each behind its number of bits.

Digests and contracts know the unpacked bytes alone, so packing is no matter of soundness.

Source:
    docs/spec/seal.md section 4.
"""

from collections.abc import Iterator, Sequence

from modulus.reference.sealed_key import PublicRange


class UnpackingError(Exception):
    """The bytes are not what packing gives."""


def pack(public: bytes, tensors: Sequence[PublicRange]) -> bytes:
    """Return the shorter of the values and their packed form.

    Args:
        public: Packed in two's complement, big-endian, as `tensors` says.
        tensors: Numbers and widths of the values.
    """
    text = []
    position = 0
    for tensor in tensors:
        bits = 8 * tensor.width
        length_bits = bits.bit_length() - 1
        last = before = 0
        for _ in range(tensor.count):
            value = int.from_bytes(public[position : position + tensor.width], "big")
            position += tensor.width
            number = _interleaved(value - 2 * last + before, bits)
            # The longest length stands for all bits; the others leave the leading one out.
            length = min(number.bit_length(), bits - 1)
            text.append(f"{length:0{length_bits}b}")
            text.append(f"{number:0{bits}b}" if length == bits - 1 else f"{number:b}"[1:])
            last, before = value, last
    whole = "".join(text)
    packed = bytes(
        int(whole[start : start + 8].ljust(8, "0"), 2) for start in range(0, len(whole), 8)
    )
    return packed if len(packed) < len(public) else public


def unpack(packed: bytes, tensors: Sequence[PublicRange]) -> bytes:
    """Return the values; exactly one string of bytes gives them.

    Raises:
        UnpackingError: Too few bits, too many, or a number in a longer form than it needs.
    """
    bits = _Bits(packed)
    values = [
        value.to_bytes(tensor.width, "big") for tensor in tensors for value in _values(bits, tensor)
    ]
    bits.require_end()
    return b"".join(values)


def _values(bits: "_Bits", tensor: PublicRange) -> Iterator[int]:
    width = 8 * tensor.width
    last = before = 0
    for _ in range(tensor.count):
        number = _number(bits, width)
        difference = -(number + 1) // 2 if number % 2 else number // 2
        value = (difference + 2 * last - before) % (1 << width)
        yield value
        last, before = value, last


def _number(bits: "_Bits", width: int) -> int:
    length = bits.read(width.bit_length() - 1)
    if length == 0:
        return 0
    if length < width - 1:
        return bits.read(length - 1) + (1 << (length - 1))
    number = bits.read(width)
    if number.bit_length() < width - 1:
        raise UnpackingError("a number has more bits than it needs")
    return number


def _interleaved(difference: int, bits: int) -> int:
    """0, -1, 1, -2 .. as 0, 1, 2, 3 .., modulo 2^bits."""
    half = 1 << (bits - 1)
    centred = (difference + half) % (2 * half) - half
    return 2 * centred if centred >= 0 else -2 * centred - 1


class _Bits:
    """Reads bits, the highest of each byte first."""

    def __init__(self, data: bytes) -> None:
        self._data, self._position = data, 0

    def read(self, count: int) -> int:
        """The next bits as a number."""
        end = self._position + count
        if end > 8 * len(self._data):
            raise UnpackingError("unexpected end")
        # At most nine bytes hold the bits.
        first, last = self._position // 8, -(-end // 8)
        window = int.from_bytes(self._data[first:last], "big") >> (8 * last - end)
        self._position = end
        return window & ((1 << count) - 1)

    def require_end(self) -> None:
        """Refuse more than the zeros that fill the last byte."""
        left = 8 * len(self._data) - self._position
        if left >= 8 or self.read(left):
            raise UnpackingError("bits after the last value")
