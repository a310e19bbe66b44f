"""One honest key and proof of the small system, made once."""

from functools import cache

from modulus.reference.key import VerifyingKey
from modulus.reference.proof import TransparentProof
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import make_key
from tests.support.small_system import small_arrays, small_system

ROW_BITS = 9
"""One row of each kind, so that most of a proof's bytes are sumcheck messages."""


@cache
def small_key(row_bits: int = ROW_BITS) -> VerifyingKey:
    return make_key(small_system(), small_arrays(), row_bits)


@cache
def small_proof(row_bits: int = ROW_BITS) -> TransparentProof:
    return SlowProver(small_key(row_bits), small_arrays()).prove()


@cache
def small_bytes(row_bits: int = ROW_BITS) -> tuple[bytes, bytes]:
    """Bytes of key and proof."""
    key = small_key(row_bits)
    return key.encode(), small_proof(row_bits).encode(key.schedule)
