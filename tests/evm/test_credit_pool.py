"""The lending pool with the real verifier: a committed record, a proof, a tier, no replay."""

from __future__ import annotations

import random

import pytest
from eth_abi.abi import encode

from modulus.evm.abi import selector
from modulus.reference.keccak import keccak256
from modulus.reference.sealed_key import PublicRange
from tests.evm.fixtures import INT32
from tests.evm.machine import CALLER, Machine
from tests.evm.simulator import make_key, simulate
from tools.solc_artifact import CONTRACTS, ROOT, compile_sources, compiler_settings

pytestmark = pytest.mark.skipif(
    not (ROOT / "node_modules" / "solc").exists(), reason="needs npm ci"
)

SOURCES = (
    "src/examples/CreditPool.sol",
    "src/examples/IERC20.sol",
    "src/examples/IPriceFeed.sol",
    "src/ModulusConsumer.sol",
    "src/IModulusVerifier.sol",
)
NOBODY = "0x" + "11" * 20
SCORES = b"".join(score.to_bytes(4, "big", signed=True) for score in (-7, 40, 12))
PROVE = "proveTier(bytes32,bytes,bytes,bytes)"


def pool_code(verifier: str) -> bytes:
    sources = {name: (CONTRACTS / name).read_text(encoding="utf-8") for name in SOURCES}
    compiled = compile_sources(sources, compiler_settings())[SOURCES[0]]["CreditPool"]
    arguments = encode(
        ["address", "address", "address", "address", "address", "uint256[]"],
        [verifier, NOBODY, NOBODY, NOBODY, CALLER, [2 * 10**18, 15 * 10**17, 12 * 10**17]],
    )
    return bytes.fromhex(compiled["evm"]["bytecode"]["object"]) + arguments


def test_a_proven_tier_counts_once():
    machine = Machine()
    rng = random.Random(8)
    key, secrets = make_key(rng, (PublicRange(3, 4, *INT32),), committed=1)
    pool, outcome = machine.create(pool_code(machine.deploy(key)))
    assert outcome.error is None

    def ask(signature: str, types: list[str], values: list[object]) -> bytes:
        return machine.result(pool, selector(signature) + encode(types, values))

    first = ask("requestTier()", [], [])
    context = ask("contextOf(bytes32,address)", ["bytes32", "address"], [first, CALLER])
    s = simulate(rng, key, secrets, context=context, public=SCORES)
    ask("attest(address,bytes32)", ["address", "bytes32"], [CALLER, keccak256(s.committed)])

    types = ["bytes32", "bytes", "bytes", "bytes"]
    tampered = s.body[:-1] + bytes([s.body[-1] ^ 1])
    prove = selector(PROVE)
    bad = machine.call(pool, prove + encode(types, [first, SCORES, s.committed, tampered]))
    assert bad.error == "InvalidPoint"
    better = SCORES[:8] + (99).to_bytes(4, "big")
    lie = machine.call(pool, prove + encode(types, [first, better, s.committed, s.body]))
    assert lie.error == "PairingFailed"

    good = prove + encode(types, [first, SCORES, s.committed, s.body])
    assert int.from_bytes(machine.result(pool, good), "big") == 1
    assert int.from_bytes(ask("tierOf(address)", ["address"], [CALLER]), "big") == 1
    again = machine.call(pool, good)
    assert again.error is not None
    assert selector("RequestUsed()").hex() in again.error

    second = ask("requestTier()", [], [])
    replay = machine.call(pool, prove + encode(types, [second, SCORES, s.committed, s.body]))
    assert replay.error == "PairingFailed"
