"""A real proof of a real model: native verifier, reference and contract agree on it."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import modulus
from modulus.errors import ProofRejected
from modulus.evm.calldata import REASONS
from modulus.evm.gas import estimate_verification
from modulus.evm.model import ContractModel
from modulus.reference.sealed import verify_parts
from modulus.reference.sealed_proof import read_file, write_file
from modulus.verifier import padded_context
from tests.evm.machine import Machine
from tests.evm.simulator import Statement
from tests.support.compiled import CONTEXT, cache_folder, compiled, samples, use_cache

NAMES = {reason: name for name, reason in REASONS.items()}


@cache
def proven() -> tuple[Statement, ContractModel]:
    model = compiled()
    with use_cache(cache_folder()), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        file = model.prove(samples(1), context=CONTEXT).data
    contract = ContractModel.decode(model.verifying_key.encode())
    public, committed, body = read_file(contract.key, file)
    context = padded_context(CONTEXT)
    return Statement(contract.key, context, public, committed, body), contract


@cache
def deployed() -> tuple[Machine, str]:
    machine = Machine()
    return machine, machine.deploy(proven()[0].key)


def native_error(s: Statement) -> str | None:
    file = write_file(s.key, s.public, s.committed, s.body)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            modulus.verify(file, compiled().verifying_key, context=s.context)
    except ProofRejected as rejected:
        return NAMES[rejected.reason]
    return None


def contract_error(s: Statement) -> str | None:
    machine, address = deployed()
    return machine.verify(address, s).error


def test_all_verifiers_accept():
    s, _ = proven()
    assert native_error(s) is None
    verify_parts(s.key, s.context, s.public, s.committed, s.body)
    machine, address = deployed()
    outcome = machine.verify(address, s)
    assert outcome.error is None
    assert outcome.gas == pytest.approx(estimate_verification(s.key, s.public).total, rel=0.01)


def test_another_context_is_rejected_everywhere():
    s = replace(proven()[0], context=bytes(32))
    assert native_error(s) == contract_error(s) == "PairingFailed"


@pytest.mark.fuzz
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_contract_and_native_verifier_agree_on_mutations(data):
    s, _ = proven()
    part = data.draw(st.sampled_from(("public", "body")))
    content = bytearray(getattr(s, part))
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    else:
        place = 32 * data.draw(st.integers(0, (len(content) - 1) // 32))
        size = len(content[place : place + 32])
        content[place : place + size] = data.draw(st.binary(min_size=size, max_size=size))
    changes: dict[str, bytes] = {part: bytes(content)}
    changed = Statement(
        s.key, s.context, changes.get("public", s.public), s.committed, changes.get("body", s.body)
    )
    native, on_chain = native_error(changed), contract_error(changed)
    assert (native is None) == (on_chain is None)
    # Only the precompile knows whether B is a point, so the contract finds that out last.
    if native != "InvalidPoint":
        assert native == on_chain
