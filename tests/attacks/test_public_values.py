"""Public values: others than the committed ones, others of the same residue, other places."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from modulus import _native
from modulus.errors import ArtifactError, ProofRejected, RejectionReason
from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.proof import decode_proof, encode_public
from modulus.reference.replay import new_transcript, power_sum
from modulus.reference.verify import verify_decoded
from modulus.schedule.build import build_schedule
from modulus.schedule.validate import validate_schedule
from tests.attacks.harness import (
    CONTEXT,
    Lie,
    check_frozen,
    check_rejected,
    native_verdict,
    rich_key,
    verdict,
)
from tests.attacks.small import X, Y
from tests.support.rich_system import rich_arrays, rich_system
from tests.support.slow_prover import SlowProver
from tests.support.small_system import small_arrays

R = RejectionReason
Statement = list[list[int]]


def verify_again(_: bytes, proof: bytes, context: bytes) -> None:
    """The reference, which need not read the key each time."""
    key = rich_key()
    decoded = decode_proof(proof, key.schedule, key.digest)
    verify_decoded(key, decoded, context, new_transcript(key.schedule))


def another_output() -> Statement:
    arrays = small_arrays()
    return [arrays[X], [arrays[Y][0] + 1, *arrays[Y][1:]]]


def another_input() -> Statement:
    arrays = small_arrays()
    return [[*arrays[X][:-1], -arrays[X][-1] - 1], arrays[Y]]


def outputs_in_another_order() -> Statement:
    arrays = small_arrays()
    assert arrays[Y] != arrays[Y][::-1]
    return [arrays[X], arrays[Y][::-1]]


def inputs_in_another_order() -> Statement:
    """Columns for rows."""
    arrays = small_arrays()
    return [[arrays[X][6 * c + h] for h in range(6) for c in range(2)], arrays[Y]]


STATEMENTS = [another_output, another_input, outputs_in_another_order, inputs_in_another_order]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_public_values_that_are_not_committed_are_rejected(
    statement: Callable[[], Statement],
) -> None:
    check_rejected(Lie(R.REDUCTION_FAILED, small_arrays(), public=statement()))


@pytest.mark.parametrize("statement", STATEMENTS)
def test_public_values_pass_with_frozen_challenges_only(
    statement: Callable[[], Statement],
) -> None:
    check_frozen(Lie(R.REDUCTION_FAILED, small_arrays(), public=statement()))


def test_the_power_sum_alone_would_accept_a_value_plus_the_modulus() -> None:
    """Which is why a value is an integer of its declared width and range, not a residue."""
    values = small_arrays()[Y]
    aliased = [values[0] + SCALAR_MODULUS, *values[1:]]
    assert power_sum(values, 12345) == power_sum(aliased, 12345)


@pytest.mark.parametrize("multiple", [-1, 1, 2])
def test_a_public_value_plus_the_modulus_has_no_encoding(multiple: int) -> None:
    schedule, arrays = rich_key().schedule, rich_arrays()
    for place, item in enumerate(schedule.public):
        public = [list(arrays[tensor.tensor]) for tensor in schedule.public]
        public[place][0] += multiple * SCALAR_MODULUS
        with pytest.raises(OverflowError):
            encode_public(schedule, public)
        assert 1 << (8 * item.width) < SCALAR_MODULUS


def test_a_width_with_room_for_the_modulus_is_refused() -> None:
    system = rich_system()
    system.public[0] = replace(system.public[0], width=33)
    with pytest.raises(ArtifactError):
        validate_schedule(build_schedule(system))


@pytest.mark.parametrize("item", range(4))
def test_bytes_of_another_range_are_rejected(item: int) -> None:
    """Every bit pattern of a value's width: inside its range another value, outside refused."""
    key, arrays = rich_key(), rich_arrays()
    encoded = SlowProver(key, arrays).prove().encode(key.schedule)
    sizes = [
        public.width * math.prod(key.schedule.tensors[public.tensor].shape)
        for public in key.schedule.public
    ]
    start = 16 + 3 + 32 + 4 + sum(sizes[:item])
    public = key.schedule.public[item]
    tensor = key.schedule.tensors[public.tensor]
    bits = 8 * public.width
    patterns = {1 << bit for bit in range(bits)} | {(1 << bits) - (1 << bit) for bit in range(bits)}
    honest = int.from_bytes(encoded[start : start + public.width], "big")
    for pattern in sorted(patterns - {honest}):
        signed = pattern - (1 << bits) if pattern >> (bits - 1) else pattern
        content = pattern.to_bytes(public.width, "big")
        proof = encoded[:start] + content + encoded[start + public.width :]
        inside = tensor.low <= signed <= tensor.high
        reason = R.ZERO_CHECK_FAILED if inside else R.PUBLIC_VALUE_OUT_OF_RANGE
        for verifier in (verify_again, _native.verify):
            with pytest.raises(ProofRejected) as caught:
                verifier(key.encode(), proof, CONTEXT)
            assert caught.value.reason is reason


def test_the_context_is_the_statement_too() -> None:
    key = rich_key()
    proof = SlowProver(key, rich_arrays(), context=b"\x01" + CONTEXT[1:]).prove()
    assert verdict(key, proof) is R.ZERO_CHECK_FAILED
    assert native_verdict(key, proof) == R.ZERO_CHECK_FAILED
