"""Deployment and verification on a local chain."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from examples import local_chain as anvil
from modulus.artifacts import write_verifying_key
from modulus.cli import main
from modulus.errors import ProofRejected, RejectionReason
from modulus.evm.account import KEY_VARIABLE, account_from_environment, account_from_keystore
from modulus.evm.deployment import deploy, verify_onchain
from modulus.evm.errors import ChainError
from modulus.evm.gas import estimate_deployment
from modulus.evm.model import ContractModel
from modulus.evm.node import Node
from tests.evm.models import sealed_key, simulated_proof
from tests.evm.simulator import CONTEXT
from tests.support import compiled

pytestmark = pytest.mark.skipif(anvil.binary() is None, reason="anvil comes with npm ci")


@pytest.fixture(scope="module")
def node():
    with anvil.running() as running:
        yield running


@pytest.fixture(scope="module")
def account(node):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, node.private_key)
        return account_from_environment()


@pytest.fixture(scope="module")
def model():
    return ContractModel.decode(sealed_key()[0].encode())


@pytest.fixture(scope="module")
def deployed(node, model, account):
    return deploy(node.rpc, model, account, chain_id=31337)


@pytest.fixture(scope="module")
def proof():
    return simulated_proof(*sealed_key())


def test_deploys_and_reports_gas(deployed, model):
    assert deployed.chain_id == 31337
    assert deployed.receipt.succeeded
    assert deployed.receipt.gas_used == pytest.approx(estimate_deployment(model.key), rel=0.01)
    assert "ether" in deployed.cost()
    assert deployed.cost(Decimal(3000)).endswith("in money")


def test_accepts_a_proof_by_call_and_by_transaction(node, deployed, model, account, proof):
    statement, file = proof
    called = verify_onchain(deployed.address, node.rpc, model, file, CONTEXT)
    assert called.public == statement.public
    assert called.receipt is None
    sent = verify_onchain(deployed.address, node.rpc, model, file, CONTEXT, account=account)
    assert sent.receipt is not None
    assert sent.receipt.succeeded
    assert called.gas == pytest.approx(sent.gas, rel=0.03)


def test_tampered_proofs_are_rejected_for_their_reason(node, deployed, model, account, proof):
    _, file = proof
    for damaged, context, reason in (
        (file, bytes(32), RejectionReason.PAIRING_FAILED),
        (file[:-1] + bytes([file[-1] ^ 1]), CONTEXT, RejectionReason.INVALID_POINT),
        (file[:-1], CONTEXT, RejectionReason.MALFORMED_PROOF),
    ):
        for payer in (None, account):
            with pytest.raises(ProofRejected) as rejected:
                verify_onchain(deployed.address, node.rpc, model, damaged, context, account=payer)
            assert rejected.value.reason is reason


def test_other_contracts_are_not_asked(node, deployed, model, proof):
    _, file = proof
    other = replace(model, key=replace(model.key, digest=model.key.digest ^ 1))
    other_file = file[:19] + other.key.digest.to_bytes(32, "big") + file[51:]
    with pytest.raises(ChainError, match="not the verifier of this key"):
        verify_onchain(deployed.address, node.rpc, other, other_file, CONTEXT)
    with pytest.raises(ChainError, match="no contract"):
        verify_onchain("0x" + "11" * 20, node.rpc, model, file, CONTEXT)


def test_the_chain_is_checked_before_anything_is_signed(node, model, account):
    with pytest.raises(ChainError, match="chain 31337, expected 1"):
        deploy(node.rpc, model, account, chain_id=1)
    with pytest.raises(ChainError, match="does not answer"):
        Node("http://127.0.0.1:9")


def test_development_keys_stay_on_test_chains(model, account, proof):
    with anvil.running(chain_id=5) as other:
        with pytest.raises(ChainError, match="development key"):
            deploy(other.rpc, model, account)
        deployed = deploy(other.rpc, model, account, allow_development=True)
        with pytest.raises(ChainError, match="refuses to work"):
            verify_onchain(deployed.address, other.rpc, model, proof[1], CONTEXT)


def test_accounts(tmp_path, monkeypatch):
    from eth_account import Account

    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(ChainError, match="not set"):
        account_from_environment()
    monkeypatch.setenv(KEY_VARIABLE, "0x1234secret")
    with pytest.raises(ChainError) as refused:
        account_from_environment()
    assert "1234secret" not in str(refused.value)
    path = tmp_path / "keystore.json"
    path.write_text(
        json.dumps(Account.encrypt(int(anvil.KEY, 16), "word", kdf="pbkdf2", iterations=2))
    )
    assert account_from_keystore(path, "word").address == Account.from_key(anvil.KEY).address
    with pytest.raises(ChainError, match="password"):
        account_from_keystore(path, "other")
    with pytest.raises(ChainError, match="cannot read"):
        account_from_keystore(tmp_path / "missing")


def test_the_command_line_deploys_and_says_what_a_verification_costs(
    node, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv(KEY_VARIABLE, node.private_key)
    monkeypatch.setenv("MODULUS_CACHE", str(compiled.cache_folder()))
    key, file = tmp_path / "verifying.key", tmp_path / "proof"
    write_verifying_key(key, compiled.compiled(weights="private").verifying_key)
    compiled.sealed_proof().save(file)
    assert main(["deploy", str(key), "--rpc", node.rpc]) == 0
    address = json.loads(capsys.readouterr().out)["address"]
    context = f"0x{compiled.CONTEXT.hex()}"
    command = ["verify", str(key), str(file), "--context", context]
    chain = ["--onchain", address, "--rpc", node.rpc]
    price = ["--gas-price", str(2 * 10**9), "--ether-price", "3000"]
    assert main([*command, *chain, *price, "--send"]) == 0
    said = capsys.readouterr().err
    assert "in the transaction 0x" in said
    assert "ether at 2 gwei" in said
    assert "in money" in said
    assert main([*command, *chain]) == 0
    assert "in a call" in capsys.readouterr().err
