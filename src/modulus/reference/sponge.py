"""Poseidon2 sponge of the transcript: an additive duplex over the scalar field.

Source:
    Modulus protocol section 1; Bertoni et al., Duplexing the sponge (2011);
    vectors/poseidon2/sponge.json.
"""

from modulus.reference.field import SCALAR_MODULUS, require_canonical
from modulus.reference.poseidon2 import WIDTH, permute

RATE = WIDTH - 1
"""Lanes open to absorbs and squeezes; the last lane is the capacity."""


class Sponge:
    """Fiat-Shamir state; every squeeze depends on everything absorbed before it.

    The capacity starts as a hash of the schedule's whole pattern of absorbs and squeezes.
    Attack: without it, messages of different patterns could fill the rate identically, because
    the additive absorb has no padding of its own.
    """

    def __init__(self, iv: int) -> None:
        """Start with state (0, 0, 0, iv).

        Raises:
            NonCanonicalError: If `iv` is not a canonical scalar.
        """
        self._state = [0] * RATE + [require_canonical(iv)]
        self._absorb_position = 0
        self._squeeze_position = RATE
        self._has_absorbed = False

    def absorb(self, value: int) -> None:
        """Bind one scalar.

        Raises:
            NonCanonicalError: If `value` is not a canonical scalar.
        """
        require_canonical(value)
        if self._absorb_position == RATE:
            self._state = permute(self._state)
            self._absorb_position = 0
        lane = self._absorb_position
        self._state[lane] = (self._state[lane] + value) % SCALAR_MODULUS
        self._absorb_position += 1
        self._has_absorbed = True

    def squeeze(self) -> int:
        """Draw one challenge."""
        if self._has_absorbed or self._squeeze_position == RATE:
            self._state = permute(self._state)
            self._has_absorbed = False
            self._squeeze_position = 0
        challenge = self._state[self._squeeze_position]
        self._squeeze_position += 1
        self._absorb_position = 0
        return challenge
