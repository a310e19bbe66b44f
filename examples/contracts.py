"""Contracts of the demo: compiled by the pinned compiler, deployed and called on a local chain."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from modulus.evm.abi import selector  # found through the line above
from modulus.evm.node import CallRevertedError, Node, Receipt
from tools.solc_artifact import CONTRACTS, compile_sources, compiler_settings


def compiled(*paths: str) -> dict[str, bytes]:
    """Creation code by contract, of files below `contracts` and all that they import."""
    sources = {path: (CONTRACTS / path).read_text(encoding="utf-8") for path in paths}
    # The compiler's quicker way: what is shipped and deployed for good takes the other.
    contracts = compile_sources(sources, compiler_settings() | {"viaIR": False})
    return {
        name: bytes.fromhex(item["evm"]["bytecode"]["object"])
        for file in contracts.values()
        for name, item in file.items()
    }


@dataclass(frozen=True, slots=True)
class Contract:
    """A deployed contract on a node."""

    node: Node
    address: str

    @classmethod
    def deploy(
        cls, node: Node, account: LocalAccount, code: bytes, types: list[str], values: list[Any]
    ) -> Contract:
        """Deploy creation code with its constructor's arguments."""
        address = node.send(account, code + encode(types, values)).contract_address
        if address is None:
            raise SystemExit("the chain did not deploy a contract")
        return cls(node, address)

    def send(self, account: LocalAccount, signature: str, *values: Any) -> Receipt:
        """Call a function in a transaction.

        Raises:
            CallRevertedError: It reverts; nothing was sent.
        """
        return self.node.send(account, _data(signature, values), self.address)

    def ask(self, signature: str, *values: Any, caller: str | None = None) -> bytes:
        """Call a function without a transaction.

        Raises:
            CallRevertedError: It reverts.
        """
        call = {"to": self.address, "data": f"0x{_data(signature, values).hex()}"}
        if caller is not None:
            call["from"] = caller
        return bytes.fromhex(self.node.request("eth_call", [call, "latest"])[2:])

    def refusal(self, caller: str, signature: str, *values: Any, errors: tuple[str, ...]) -> str:
        """Name of the custom error that a call must revert with; the demo ends if it does not."""
        try:
            self.ask(signature, *values, caller=caller)
        except CallRevertedError as reverted:
            names = {selector(f"{name}()"): name for name in errors}
            return names.get(reverted.data, f"0x{reverted.data.hex()}")
        raise SystemExit(f"{signature} was accepted, which must never happen")


def _data(signature: str, values: tuple[Any, ...]) -> bytes:
    inside = signature.partition("(")[2].rstrip(")")
    types = inside.split(",") if inside else []
    return selector(signature) + encode(types, values)
