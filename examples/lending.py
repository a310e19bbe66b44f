"""The second act of the demo: a lending pool whose collateral ratio follows a proven credit tier.

A data provider commits to a borrower's record and attests the commitment on a chain; a bank's model
turns records into one score per tier. Whoever has model and opening proves the scores, and shows
neither record nor weights.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from eth_account import Account
from eth_account.signers.local import LocalAccount

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import modulus
from examples import local_chain
from examples.contracts import Contract, compiled
from examples.models.data import credit
from modulus.evm.calldata import REASONS
from modulus.evm.deployment import deploy
from modulus.evm.model import ContractModel
from modulus.evm.node import Node
from modulus.reference.keccak import keccak256
from modulus.reference.sealed_proof import read_file

MODEL = Path(__file__).resolve().parent / "models" / "credit.onnx"
CALIBRATION_SAMPLES = 500
ONE = 10**18
RATIOS = (200, 150, 120)
"""Collateral over debt in per cent by tier, the worst first."""
SOURCES = (
    "src/IModulusVerifier.sol",
    "src/ModulusConsumer.sol",
    "src/examples/CreditPool.sol",
    "src/examples/IERC20.sol",
    "src/examples/IPriceFeed.sol",
    "test/MockPrice.sol",
    "test/MockToken.sol",
)
LENT, COLLATERAL, DEBT = 1_000, 100, 80
PROVE = "proveTier(bytes32,bytes,bytes,bytes)"
ERRORS = ("Undercollateralised", "RequestUsed", "NotAttested", *REASONS)


@dataclass(frozen=True, slots=True)
class Market:
    """The pool with a lender's money and a borrower's collateral in it."""

    pool: Contract
    provider: LocalAccount
    borrower: LocalAccount


def show(chain: local_chain.Anvil) -> None:
    """Compile the credit model, deploy verifier and pool, and borrow with a proven tier."""
    samples, _ = credit("train")
    start = time.perf_counter()
    model = modulus.compile(
        MODEL,
        samples[:CALIBRATION_SAMPLES],
        input_visibility="committed",
        dimensions={"batch": 1},
    )
    print(
        f"\ncompiled {MODEL.name} in {time.perf_counter() - start:.1f} s: the record is committed"
    )
    print("to, the weights are private, the scores of the tiers public")
    contract = ContractModel.decode(model.verifying_key.encode())
    market = open_market(chain, contract)
    borrow(market, model, contract)


def open_market(chain: local_chain.Anvil, model: ContractModel) -> Market:
    """Deploy verifier, tokens, price and pool; fund the pool and the borrower."""
    node = Node(chain.rpc, chain.chain_id)
    provider = Account.from_key(chain.private_key)
    borrower = Account.from_key(local_chain.SECOND_KEY)
    verifier = deploy(chain.rpc, model, provider, chain_id=chain.chain_id)
    code = compiled(*SOURCES)
    asset, collateral, price = (
        Contract.deploy(node, provider, code[name], [], [])
        for name in ("MockToken", "MockToken", "MockPrice")
    )
    pool = Contract.deploy(
        node,
        provider,
        code["CreditPool"],
        ["address"] * 5 + ["uint256[]"],
        [
            verifier.address,
            asset.address,
            collateral.address,
            price.address,
            provider.address,
            [ratio * ONE // 100 for ratio in RATIOS],
        ],
    )
    asset.send(provider, "mint(address,uint256)", provider.address, LENT * ONE)
    pool.send(provider, "deposit(uint256)", LENT * ONE)
    collateral.send(provider, "mint(address,uint256)", borrower.address, COLLATERAL * ONE)
    pool.send(borrower, "addCollateral(uint256)", COLLATERAL * ONE)
    print(f"verifier and lending pool deployed; {LENT:,} to lend, {COLLATERAL} of collateral")
    return Market(pool, provider, borrower)


def borrow(market: Market, model: modulus.CompiledModel, contract: ContractModel) -> None:
    """Fail to borrow, prove a tier in one transaction, and borrow."""
    pool, borrower = market.pool, market.borrower
    show_ratio(market, "without a proof")
    wanted = ("borrow(uint256)", DEBT * ONE)
    refusal = pool.refusal(borrower.address, *wanted, errors=ERRORS)
    print(f"borrowing {DEBT} against {COLLATERAL}: reverted, {refusal}")

    records, tiers = credit("test")
    opening = model.commit(records[tiers == len(RATIOS) - 1][:1])
    record = b"".join(opening.commitment.points)
    pool.send(market.provider, "attest(address,bytes32)", borrower.address, keccak256(record))
    print("the data provider commits to the borrower's record and attests the commitment")

    request, context = open_request(market)
    start = time.perf_counter()
    proof = model.prove(openings=opening, context=context)
    print(f"sealed proof in {time.perf_counter() - start:.2f} s, {len(proof):,} bytes")
    scores, committed, body = read_file(contract.key, proof.data)
    if committed != record:
        raise SystemExit("the proof is about another record")

    tampered = body[:-1] + bytes([body[-1] ^ 1])
    better = scores[:-1] + bytes([scores[-1] ^ 1])
    for name, said, shown in (
        ("one bit of the proof flipped", scores, tampered),
        ("another score claimed", better, body),
    ):
        arguments = (request, said, record, shown)
        refusal = pool.refusal(borrower.address, PROVE, *arguments, errors=ERRORS)
        print(f"{name}: reverted, {refusal}")
    others = b"".join(model.commit(records[:1]).commitment.points)
    arguments = (request, scores, others, body)
    refusal = pool.refusal(borrower.address, PROVE, *arguments, errors=ERRORS)
    print(f"with a record that nobody attested: reverted, {refusal}")
    receipt = pool.send(borrower, PROVE, request, scores, record, body)
    print(f"tier proven in one transaction: {receipt.gas_used:,} gas")
    (tensor,) = contract.tensors
    decoded = np.frombuffer(scores, dtype=f">i{tensor.width}") * tensor.scale
    print(f"decoded scores {', '.join(f'{score:.2f}' for score in decoded)}")
    show_ratio(market, "with the proof")
    pool.send(borrower, *wanted)
    print(f"borrowing {DEBT} against {COLLATERAL}: done")
    refusal = pool.refusal(borrower.address, PROVE, request, scores, record, body, errors=ERRORS)
    print(f"the same proof once more: reverted, {refusal}")


def show_ratio(market: Market, when: str) -> None:
    """Print the borrower's tier and what it demands."""
    tier = int.from_bytes(market.pool.ask("tierOf(address)", market.borrower.address), "big")
    ratio = int.from_bytes(market.pool.ask("ratios(uint256)", tier), "big")
    print(f"{when}: tier {tier}, collateral of {100 * ratio // ONE} % of the debt")


def open_request(market: Market) -> tuple[bytes, bytes]:
    """Open a request for the borrower; returns its identifier and the context of its proof."""
    pool = market.pool
    block = hex(pool.send(market.borrower, "requestTier()").block)
    topic = keccak256(b"RequestOpened(bytes32,address,bytes32)")
    wanted = {"address": pool.address, "fromBlock": block, "topics": [f"0x{topic.hex()}"]}
    (log,) = pool.node.request("eth_getLogs", [wanted])
    request = bytes.fromhex(log["topics"][1][2:])
    return request, pool.ask("contextOf(bytes32,address)", request, market.borrower.address)
