"""The contract in an EVM beside the reference verifier: same verdict, same reason."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modulus.errors import ProofRejected
from modulus.evm.artifact import deployed_code
from modulus.evm.calldata import REASONS
from modulus.reference.field import BASE_MODULUS, SCALAR_MODULUS
from modulus.reference.sealed import verify_parts, verify_sealed
from modulus.reference.sealed_proof import write_file
from tests.evm import fixtures
from tests.evm.machine import Machine
from tests.evm.simulator import Statement
from tests.evm.statements import FAULTS

NAMES = {reason: name for name, reason in REASONS.items()}


@cache
def statement(name: str) -> Statement:
    return fixtures.ALL[name]()


@cache
def deployed(name: str) -> tuple[Machine, str]:
    machine = Machine()
    return machine, machine.deploy(statement(name).key)


def reference_error(s: Statement) -> str | None:
    """What the reference says, in the contract's words."""
    try:
        verify_parts(s.key, s.context, s.public, s.committed, s.body)
    except ProofRejected as rejected:
        return NAMES[rejected.reason]
    return None


def contract_error(name: str, s: Statement) -> str | None:
    machine, address = deployed(name)
    return machine.verify(address, s).error


@pytest.mark.parametrize("name", fixtures.ALL)
def test_fixtures_of_forge_are_current(name):
    path = fixtures.FOLDER / f"{name}.json"
    assert path.read_text(encoding="utf-8") == fixtures.text(statement(name))


@pytest.mark.parametrize("name", fixtures.ALL)
def test_simulated_proofs_are_accepted(name):
    s = statement(name)
    assert reference_error(s) is None
    assert contract_error(name, s) is None


@pytest.mark.parametrize("seed", range(20, 26))
def test_random_layouts_are_accepted(seed):
    s = fixtures.mixed(seed)
    machine = Machine()
    assert machine.verify(machine.deploy(s.key), s).error is None
    assert reference_error(s) is None


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_reason(fault):
    apply, expected = FAULTS[fault]
    s = apply(statement("mixed"))
    assert contract_error("mixed", s) == expected
    assert reference_error(s) == expected


def test_deployed_code_is_known_before_deployment():
    machine, address = deployed("mixed")
    expected = deployed_code(statement("mixed").key)
    # The EVM in this process pads code with zeros.
    assert machine.code(address).rstrip(b"\0") == expected.rstrip(b"\0")


def test_development_keys_are_refused_elsewhere():
    s = statement("mlp")
    for chain, expected in ((1, "DevelopmentKey"), (31337, None), (1337, None)):
        machine = Machine(chain)
        assert machine.verify(machine.deploy(s.key), s).error == expected
    mainnet = Machine(1)
    key = replace(s.key, development=False)
    assert mainnet.verify(mainnet.deploy(key), s).error is None


def test_file_of_a_sealed_proof():
    s = statement("mixed")
    data = write_file(s.key, s.public, s.committed, s.body)
    assert verify_sealed(s.key, data, s.context) == s.public
    for damaged, reason in (
        (data[:-1], "malformed_proof"),
        (b"X" + data[1:], "malformed_proof"),
        (data[:18] + b"\0" + data[19:], "malformed_proof"),
        (data[:30] + bytes([data[30] ^ 1]) + data[31:], "wrong_verifying_key"),
        (data[:51] + b"\xff" + data[52:], "malformed_proof"),
    ):
        with pytest.raises(ProofRejected) as rejected:
            verify_sealed(s.key, damaged, s.context)
        assert rejected.value.reason == reason


PARTS = ("context", "public", "committed", "body")
EDGES = (0, 1, SCALAR_MODULUS, SCALAR_MODULUS - 1, BASE_MODULUS, BASE_MODULUS - 1, (1 << 256) - 1)


@st.composite
def mutations(draw: st.DrawFn) -> Statement:
    """`mixed` with one byte, word or stretch of a part changed."""
    s = statement("mixed")
    part = draw(st.sampled_from(PARTS))
    data: bytes = getattr(s, part)
    kind = draw(st.sampled_from(("byte", "word", "swap", "cut")))
    if kind == "byte":
        place = draw(st.integers(0, len(data) - 1))
        data = data[:place] + draw(st.binary(min_size=1, max_size=1)) + data[place + 1 :]
    elif kind == "word":
        place = 32 * draw(st.integers(0, max(len(data) // 32 - 1, 0)))
        word = draw(st.sampled_from(EDGES)).to_bytes(32, "big")
        data = (data[:place] + word + data[place + 32 :])[: len(data)]
    elif kind == "swap":
        half = 64 * draw(st.integers(0, len(data) // 64))
        data = data[half:] + data[:half]
    elif part != "context":
        data = data[: draw(st.integers(0, len(data)))]
    changes: dict[str, Any] = {part: data}
    return replace(s, **changes)


@pytest.mark.fuzz
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutations())
def test_contract_and_reference_agree_on_mutations(s):
    native, on_chain = reference_error(s), contract_error("mixed", s)
    assert (native is None) == (on_chain is None)
    # Only the precompile knows whether B is a point, so the contract finds that out last.
    if native != "InvalidPoint":
        assert native == on_chain
