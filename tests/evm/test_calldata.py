"""Calldata that nobody's encoder makes: the contract says what the native verifier says of it.

Calldata is decoded here as the ABI defines it; offsets may point anywhere inside, paddings hold
anything. What does not decode must revert, what decodes must have the native verdict.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from modulus.evm.abi import selector
from modulus.evm.calldata import VERIFY, encode_call
from tests.evm.simulator import Statement
from tests.evm.test_native import deployed, native_error, proven
from tests.fuzz.budget import THOROUGH

WORD = 32
HEAD = 3
"""Context, and the offsets of public values and proof."""
EXAMPLES = 2000 if THOROUGH else 80


def honest() -> bytes:
    s, _ = proven()
    return encode_call(s.context, s.public, s.body)


def decoded(data: bytes) -> Statement | None:
    """The arguments, or None where the ABI gives none."""
    if data[:4] != selector(VERIFY) or len(data) < 4 + HEAD * WORD:
        return None
    arguments = data[4:]
    parts = []
    for position in range(1, HEAD):
        offset = int.from_bytes(arguments[WORD * position : WORD * (position + 1)], "big")
        start = offset + WORD
        length = int.from_bytes(arguments[offset:start], "big")
        if start + length > len(arguments):
            return None
        parts.append(arguments[start : start + length])
    public, body = parts
    return replace(proven()[0], context=arguments[:WORD], public=public, body=body)


def contract_error(data: bytes) -> str | None:
    machine, address = deployed()
    return machine.call(address, data).error


def check(data: bytes) -> None:
    s = decoded(data)
    on_chain = contract_error(data)
    if s is None:
        assert on_chain is not None
        return
    native = native_error(s)
    assert (native is None) == (on_chain is None)
    # Only the precompile knows whether B is a point, so the contract finds that out last.
    if native != "InvalidPoint":
        assert native == on_chain


EDGES = (0, 1, 31, 32, 64, 96, 1 << 32, 1 << 63, 1 << 64, (1 << 256) - 32, (1 << 256) - 1)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Honest calldata with a few words, bytes or its length changed."""
    data = bytearray(honest())
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(("head", "word", "byte", "cut", "append")))
        if kind == "head":
            place = 4 + WORD * draw(st.integers(0, HEAD))
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
    return bytes(data)


@pytest.mark.fuzz
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
@example(b"")
@example(selector(VERIFY))
def test_contract_and_native_verifier_agree_on_calldata(data: bytes) -> None:
    check(data)


def test_what_comes_after_the_arguments_and_in_paddings_is_ignored() -> None:
    """No other statement is meant by it; proofs are no identifiers, and neither is calldata."""
    s, _ = proven()
    padded = bytearray(honest())
    end_of_public = 4 + WORD * (HEAD + 1) + len(s.public)
    assert len(s.public) % WORD
    padded[end_of_public] ^= 1
    for data in (bytes(padded), honest() + b"\x01" * 40):
        assert decoded(data) is not None
        assert contract_error(data) is None


def test_arguments_may_lie_in_another_order() -> None:
    s, _ = proven()
    public, body = (len(part).to_bytes(WORD, "big") + part for part in (s.public, s.body))
    head = [s.context, (HEAD * WORD + len(body)).to_bytes(WORD, "big")]
    head.append((HEAD * WORD).to_bytes(WORD, "big"))
    data = selector(VERIFY) + b"".join(head) + body + public
    assert decoded(data) == s
    assert contract_error(data) is None
