"""Calldata that nobody's encoder makes: the contract says what the native verifier says of it.

Calldata is decoded here as the ABI defines it; offsets may point anywhere inside, paddings hold
anything. What does not decode must revert, what decodes must have the native verdict. With a model
whose input and output are public, and with one that has them committed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from modulus.errors import RejectionReason
from modulus.evm.abi import selector
from modulus.evm.calldata import REASONS, VERIFY, VERIFY_COMMITTED, encode_call
from modulus.reference.sealed_proof import read_file, write_file
from tests.evm.machine import Machine
from tests.evm.simulator import Statement
from tests.fuzz.budget import THOROUGH
from tests.soundness.tamper.sealed import SealedSubject, by_native, committed_subject, subject

WORD = 32
BYTES_ARGUMENTS = {selector(VERIFY): 2, selector(VERIFY_COMMITTED): 3}
EXAMPLES = 2000 if THOROUGH else 60
SUBJECTS = {"public": subject, "committed": committed_subject}

Subject = Callable[[], SealedSubject]


@cache
def statement(make: Subject) -> Statement:
    honest = make()
    return Statement(honest.view, honest.context, *read_file(honest.view, honest.proof))


@cache
def deployed(make: Subject) -> tuple[Machine, str]:
    machine = Machine()
    return machine, machine.deploy(make().view)


def honest_call(make: Subject) -> bytes:
    s = statement(make)
    return encode_call(s.context, s.public, s.body, s.committed)


def decoded(make: Subject, data: bytes) -> Statement | None:
    """The arguments, or None where the ABI gives none."""
    count = BYTES_ARGUMENTS.get(data[:4])
    arguments = data[4:]
    if count is None or len(arguments) < WORD * (1 + count):
        return None
    parts = []
    for position in range(1, 1 + count):
        offset = int.from_bytes(arguments[WORD * position : WORD * (position + 1)], "big")
        start = offset + WORD
        length = int.from_bytes(arguments[offset:start], "big")
        if start + length > len(arguments):
            return None
        parts.append(arguments[start : start + length])
    committed = parts[1] if len(parts) > 2 else b""
    return Statement(make().view, arguments[:WORD], parts[0], committed, parts[-1])


def contract_error(make: Subject, data: bytes) -> str | None:
    machine, address = deployed(make)
    return machine.call(address, data).error


def check(make: Subject, data: bytes) -> None:
    s = decoded(make, data)
    on_chain = contract_error(make, data)
    if s is None:
        assert on_chain is not None
        return
    native = by_native(make(), write_file(s.key, s.public, s.committed, s.body), s.context)
    assert (native is None) == (on_chain is None)
    # Only the precompile knows whether B is a point, so the contract finds that out last.
    if native not in (None, RejectionReason.INVALID_POINT):
        assert on_chain is not None
        assert native == REASONS[on_chain]


EDGES = (0, 1, 31, 32, 64, 96, 128, 1 << 32, 1 << 63, 1 << 64, (1 << 256) - 32, (1 << 256) - 1)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[Subject, bytes]:
    """Honest calldata with a few words, bytes or its length changed."""
    make = SUBJECTS[draw(st.sampled_from(sorted(SUBJECTS)))]
    data = bytearray(honest_call(make))
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(("function", "head", "word", "byte", "cut", "append")))
        if kind == "function":
            data[:4] = draw(st.sampled_from([*BYTES_ARGUMENTS, b"\0\0\0\0"]))
        elif kind == "head":
            place = 4 + WORD * draw(st.integers(0, 4))
            number = draw(st.sampled_from(EDGES) | st.integers(0, 2 * len(data)))
            data[place : place + WORD] = number.to_bytes(WORD, "big")
        elif kind == "word" and len(data) > 4 + WORD:
            place = 4 + WORD * draw(st.integers(0, (len(data) - 4) // WORD - 1))
            data[place : place + WORD] = draw(st.sampled_from(EDGES)).to_bytes(WORD, "big")
        elif kind == "byte" and data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
        elif kind == "cut":
            del data[draw(st.integers(0, len(data))) :]
        elif kind == "append":
            data += draw(st.binary(max_size=70))
    return make, bytes(data)


@pytest.mark.fuzz
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
@example((subject, b""))
@example((subject, selector(VERIFY)))
def test_contract_and_native_verifier_agree_on_calldata(case: tuple[Subject, bytes]) -> None:
    check(*case)


@pytest.mark.parametrize("name", SUBJECTS)
def test_honest_calldata_is_accepted(name: str) -> None:
    make = SUBJECTS[name]
    assert decoded(make, honest_call(make)) == statement(make)
    assert contract_error(make, honest_call(make)) is None
    check(make, honest_call(make))


def test_what_comes_after_the_arguments_and_in_paddings_is_ignored() -> None:
    """No other statement is meant by it; proofs are no identifiers, and neither is calldata."""
    s = statement(subject)
    padded = bytearray(honest_call(subject))
    end_of_public = 4 + WORD * 4 + len(s.public)
    assert len(s.public) % WORD
    padded[end_of_public] ^= 1
    for data in (bytes(padded), honest_call(subject) + b"\x01" * 40):
        assert decoded(subject, data) == s
        assert contract_error(subject, data) is None


def test_arguments_may_lie_in_another_order() -> None:
    s = statement(subject)
    public, body = (len(part).to_bytes(WORD, "big") + part for part in (s.public, s.body))
    head = [
        s.context,
        (3 * WORD + len(body)).to_bytes(WORD, "big"),
        (3 * WORD).to_bytes(WORD, "big"),
    ]
    data = selector(VERIFY) + b"".join(head) + body + public
    assert decoded(subject, data) == s
    assert contract_error(subject, data) is None
