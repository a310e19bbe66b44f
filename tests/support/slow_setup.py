"""What a plain prover starts from: a known tau, a key, dense rows, frozen challenges."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace

from modulus.reference.curve import GENERATOR, Affine, encode_point, multiply
from modulus.reference.field import encode
from modulus.reference.fixed import table_challenges
from modulus.reference.keccak import digest, keccak256, truncated
from modulus.reference.key import VerifyingKey
from modulus.reference.twist import TWIST_GENERATOR, encode_twist_point, twist_multiply
from modulus.relations.codec import encode_system
from modulus.relations.system import RelationSystem, Role
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import encode_schedule
from modulus.schedule.model import Schedule
from tests.support.dense import P, evaluate_polynomial, padded

TAU = 0x1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF


class FrozenTranscript:
    """Challenges that depend on nothing: what a prover could do who knew them beforehand."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._drawn = 0

    def absorb(self, value: int) -> None:
        assert 0 <= value < P

    def peek(self) -> int:
        return truncated(digest("test.frozen", encode(self._seed), encode(self._drawn)))

    def squeeze(self) -> int:
        challenge = self.peek()
        self._drawn += 1
        return challenge


def commit(coefficients: Sequence[int], tau: int) -> Affine:
    """Commitment with a known tau."""
    return multiply_generator(evaluate_polynomial(coefficients, tau))


def make_key(
    system: RelationSystem, arrays: Mapping[int, Sequence[int]], row_bits: int, tau: int = TAU
) -> VerifyingKey:
    """Compile a system and commit its fixed rows."""
    schedule = build_schedule(system, row_bits)
    tables = dense_tables(schedule, arrays)
    kinds = (Role.TABLE, Role.WEIGHT)
    points = [commit(row, tau) for row in dense_rows(schedule, tables, kinds)]
    tau_point = twist_multiply(TWIST_GENERATOR, tau)
    assert tau_point is not None
    key = VerifyingKey.build(
        encode_system(system), encode_schedule(schedule), tau_point, tuple(points)
    )
    rows = dense_rows(schedule, tables, [Role.TABLE])
    return replace(key, table_opening=table_opening(rows, key.digest, tau)) if rows else key


def table_opening(rows: Sequence[Sequence[int]], key_digest: int, tau: int) -> Affine:
    """The opening of table rows, whatever they hold."""
    combiner, point = table_challenges(key_digest)

    def value(at: int) -> int:
        values = [evaluate_polynomial(row, at) for row in rows]
        return evaluate_polynomial(values, combiner)

    return multiply_generator((value(tau) - value(point)) * pow(tau - point, -1, P))


def multiply_generator(scalar: int) -> Affine:
    point = multiply(GENERATOR, scalar % P)
    assert point is not None
    return point


def dense_tables(schedule: Schedule, arrays: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    return {
        number: padded(schedule.tensors[number].shape, values) for number, values in arrays.items()
    }


def dense_rows(
    schedule: Schedule, tables: Mapping[int, Sequence[int]], kinds: Sequence[Role]
) -> list[list[int]]:
    """Coefficients of the rows of some kinds: the slots, then the blinding coefficient one."""
    size = 1 << schedule.row_bits
    arena = [0] * (size * len(schedule.row_kinds))
    for number, table in tables.items():
        tensor = schedule.tensors[number]
        if tensor.committed:
            start = tensor.row * size + tensor.offset
            arena[start : start + len(table)] = table
    return [
        [*arena[row * size : (row + 1) * size], 1]
        for row, kind in enumerate(schedule.row_kinds)
        if kind in kinds
    ]


def reference_string(power: int, tau: int = TAU) -> bytes:
    """File of the powers of a known tau, as the native prover reads it (one block of points)."""
    count = (1 << power) + 1
    assert count <= 2048, "more points would be hashed in several blocks"
    powers = (pow(tau, exponent, P) for exponent in range(count))
    points = b"".join(encode_point(multiply(GENERATOR, value)) for value in powers)
    header = b"modulsrs" + struct.pack("<4I", 1, power, 0, 0) + bytes(32)
    header += encode_twist_point(twist_multiply(TWIST_GENERATOR, tau)) + keccak256(points)
    return header + keccak256(header) + points
