"""Deploying a model's verifier and asking it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from modulus.errors import ProofRejected
from modulus.evm.artifact import deployed_code, deployment_code
from modulus.evm.calldata import REASONS, encode_call, error_name
from modulus.evm.errors import ChainError
from modulus.evm.gas import cost_in_money
from modulus.evm.model import ContractModel
from modulus.evm.node import CallRevertedError, Node, Receipt
from modulus.reference.sealed_key import SealedKey
from modulus.reference.sealed_proof import read_file

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

DEVELOPMENT_CHAINS = frozenset({31337, 1337})
"""Local test chains; the contract itself knows the same two."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed verifier."""

    address: str
    chain_id: int
    receipt: Receipt

    def cost(self, ether_price: Decimal | None = None) -> str:
        """What it cost."""
        return cost_in_money(self.receipt.gas_used, self.receipt.gas_price, ether_price)


@dataclass(frozen=True, slots=True)
class OnchainVerification:
    """A proof that a contract has accepted."""

    address: str
    chain_id: int
    public: bytes
    """The proven public bytes."""
    gas: int
    """Gas of a transaction that verifies it."""
    gas_price: int
    receipt: Receipt | None
    """None if it was only called, which costs nothing."""

    def cost(self, ether_price: Decimal | None = None) -> str:
        """What it costs, or would cost, in a transaction."""
        return cost_in_money(self.gas, self.gas_price, ether_price)


def deploy(
    rpc: str,
    model: ContractModel,
    account: LocalAccount,
    *,
    chain_id: int | None = None,
    gas_price: int | None = None,
    allow_development: bool = False,
) -> Deployment:
    """Deploy the verifier of a model and check the code that arrived.

    Args:
        rpc: HTTP address of the node.
        model: The model; see `ContractModel.of`.
        account: Who pays.
        chain_id: The chain that is meant; without it, whichever the node is on.
        gas_price: Wei per gas; without it, what the node proposes.
        allow_development: Deploy a development key to a chain that is not for tests. The contract
            will refuse every proof there.

    Raises:
        ChainError: The key is for development and the chain is not, or the node, the chain or the
            transaction failed.
        ArtifactError: The key does not fit a contract.
    """
    code = deployment_code(model.key)
    node = Node(rpc, chain_id)
    if model.key.development and node.chain_id not in DEVELOPMENT_CHAINS and not allow_development:
        raise ChainError(
            f"this is a development key and chain {node.chain_id} is not a test chain: "
            "whoever made its setup could forge proofs",
            hint="use a key from a verified ceremony",
        )
    receipt = node.send(account, code, gas_price=gas_price)
    address = receipt.contract_address
    if not receipt.succeeded or address is None:
        raise ChainError(f"the deployment {receipt.transaction_hash} failed")
    _check_code(node, address, model.key)
    return Deployment(address, node.chain_id, receipt)


def verify_onchain(
    address: str,
    rpc: str,
    model: ContractModel,
    proof: bytes,
    context: bytes,
    *,
    account: LocalAccount | None = None,
    chain_id: int | None = None,
    gas_price: int | None = None,
) -> OnchainVerification:
    """Ask a contract to verify the file of a proof.

    The contract's code is compared with what the key's must be, so that a contract at a wrong
    address cannot accept anything.

    Args:
        address: The contract.
        rpc: HTTP address of the node.
        model: The model that the proof is for.
        proof: Bytes of the proof's file.
        context: The 32 bytes that it is bound to.
        account: If given, pays for a transaction; otherwise the node only executes the call.
        chain_id: The chain that is meant; without it, whichever the node is on.
        gas_price: Wei per gas; without it, what the node proposes.

    Raises:
        ProofRejected: The contract, or already the reader of the file, rejects the proof.
        ChainError: The contract is another one, or the node or the chain failed.
        ArtifactError: The context is not 32 bytes.
    """
    public, committed, body = read_file(model.key, proof)
    data = encode_call(context, public, body, committed)
    node = Node(rpc, chain_id)
    _check_code(node, address, model.key)
    price = node.gas_price() if gas_price is None else gas_price
    call = {"to": address, "data": f"0x{data.hex()}"}
    try:
        node.request("eth_call", [call, "latest"])
        if account is None:
            gas, receipt = node.estimate(call), None
        else:
            receipt = node.send(account, data, address, gas_price)
            gas, price = receipt.gas_used, receipt.gas_price
    except CallRevertedError as reverted:
        raise _rejection(reverted.data) from reverted
    if receipt is not None and not receipt.succeeded:
        raise ChainError(f"the transaction {receipt.transaction_hash} reverted")
    return OnchainVerification(address, node.chain_id, public, gas, price, receipt)


def _check_code(node: Node, address: str, key: SealedKey) -> None:
    found = node.code(address)
    if not found:
        raise ChainError(f"there is no contract at {address} on chain {node.chain_id}")
    if found != deployed_code(key):
        raise ChainError(
            f"the contract at {address} is not the verifier of this key",
            hint="it may be of another model, or of another version of Modulus",
        )


def _rejection(data: bytes) -> ProofRejected | ChainError:
    name = error_name(data)
    if name is not None and name in REASONS:
        return ProofRejected(REASONS[name], where="contract", detail=f"it reverted with {name}()")
    if name == "DevelopmentKey":
        return ChainError("the contract holds a development key and refuses to work on this chain")
    return ChainError(f"the contract failed with {name or '0x' + data.hex()}")
