"""A JSON-RPC node: the few calls that deployment and verification need, with checked answers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modulus.evm.errors import ChainError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3 import Web3

TIMEOUT_SECONDS = 30
RECEIPT_SECONDS = 300
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Receipt:
    """A mined transaction."""

    transaction_hash: str
    contract_address: str | None
    block: int
    gas_used: int
    gas_price: int
    """Wei per gas that was paid."""
    succeeded: bool


class Node:
    """A connection whose chain is known."""

    def __init__(self, rpc: str, chain_id: int | None = None) -> None:
        """Connect.

        Args:
            rpc: HTTP address of the node.
            chain_id: The chain it must be on, if the caller knows.

        Raises:
            ChainError: web3 is not installed, nobody answers, or the chain is another one.
        """
        try:
            from web3 import HTTPProvider, Web3
        except ImportError as error:
            raise ChainError("web3 is not installed", hint="pip install 'modulus[evm]'") from error
        provider = HTTPProvider(rpc, request_kwargs={"timeout": TIMEOUT_SECONDS})
        self._web3: Web3 = Web3(provider)
        self.chain_id = _number(self.request("eth_chainId", []))
        # Attack: a transaction meant for a test chain must not be signed for another one.
        if chain_id is not None and self.chain_id != chain_id:
            raise ChainError(f"the node is on chain {self.chain_id}, expected {chain_id}")

    def request(self, method: str, parameters: list[Any]) -> Any:
        """Result of a call.

        Raises:
            CallRevertedError: The call was executed and reverted.
            ChainError: Nobody answers, or the answer is an error.
        """
        try:
            answer: Any = self._web3.provider.make_request(method, parameters)  # type: ignore[arg-type]
        except Exception as error:
            raise ChainError(
                f"the node does not answer {method}: {type(error).__name__}",
                hint="check the address and that the node is running",
            ) from error
        if "error" in answer:
            failure = answer["error"]
            data = failure.get("data")
            if isinstance(data, dict):
                data = data.get("data")
            if isinstance(data, str) and data.startswith("0x"):
                raise CallRevertedError(bytes.fromhex(data[2:]))
            raise ChainError(f"{method} failed: {failure.get('message', 'no reason given')}")
        return answer["result"]

    def code(self, address: str) -> bytes:
        """Code of an account.

        Raises:
            ChainError: As `request`.
        """
        return bytes.fromhex(self.request("eth_getCode", [address, "latest"])[2:])

    def gas_price(self) -> int:
        """Current price in wei.

        Raises:
            ChainError: As `request`.
        """
        return _number(self.request("eth_gasPrice", []))

    def estimate(self, call: dict[str, str]) -> int:
        """Gas of a transaction.

        Raises:
            CallRevertedError: It would revert.
            ChainError: As `request`.
        """
        return _number(self.request("eth_estimateGas", [call]))

    def send(
        self,
        account: LocalAccount,
        data: bytes,
        to: str | None = None,
        gas_price: int | None = None,
    ) -> Receipt:
        """Sign a transaction, send it, and wait until it is mined.

        Raises:
            CallRevertedError: It would revert; nothing was sent.
            ChainError: As `request`, or it was not mined in time.
        """
        call = {"from": account.address, "data": f"0x{data.hex()}"}
        if to is not None:
            call["to"] = to
        transaction: dict[str, Any] = {
            "chainId": self.chain_id,
            "nonce": _number(self.request("eth_getTransactionCount", [account.address, "pending"])),
            "gas": self.estimate(call) * 11 // 10,
            "gasPrice": self.gas_price() if gas_price is None else gas_price,
            "value": 0,
            "data": call["data"],
        }
        if to is not None:
            transaction["to"] = self._web3.to_checksum_address(to)
        signed = account.sign_transaction(transaction)
        raw = f"0x{bytes(signed.raw_transaction).hex()}"
        sent = self.request("eth_sendRawTransaction", [raw])
        return self._receipt(sent)

    def _receipt(self, transaction_hash: str) -> Receipt:
        deadline = time.monotonic() + RECEIPT_SECONDS
        while (found := self.request("eth_getTransactionReceipt", [transaction_hash])) is None:
            if time.monotonic() > deadline:
                raise ChainError(
                    f"the transaction {transaction_hash} was not mined in {RECEIPT_SECONDS} s",
                    hint="it may still be; look it up before sending another one",
                )
            time.sleep(_POLL_SECONDS)
        return Receipt(
            transaction_hash,
            found.get("contractAddress"),
            _number(found["blockNumber"]),
            _number(found["gasUsed"]),
            _number(found["effectiveGasPrice"]),
            _number(found["status"]) == 1,
        )


def _number(value: Any) -> int:
    """A quantity; web3 has already converted those of some answers."""
    return int(value, 16) if isinstance(value, str) else int(value)


class CallRevertedError(ChainError):
    """A call was executed and reverted."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        """What it reverted with."""
        super().__init__(f"the call reverted with 0x{data.hex()}")
