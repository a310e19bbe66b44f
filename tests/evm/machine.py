"""An EVM in this process: deploys verifiers, reports gas and the name of the custom error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyrevm import EVM, BlockEnv, CfgEnv, Env

from modulus.evm.artifact import deployment_code
from modulus.evm.calldata import encode_call, error_name
from modulus.reference.sealed_key import SealedKey
from tests.evm.simulator import Statement

CALLER = "0x00000000000000000000000000000000000C0de1"
DEVELOPMENT_CHAIN = 31337
GAS_LIMIT = 16_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended: `error` is None if it returned; gas as of a transaction."""

    error: str | None
    gas: int


class Machine:
    """One chain."""

    def __init__(self, chain_id: int = DEVELOPMENT_CHAIN) -> None:
        block = BlockEnv(number=100, timestamp=1_800_000_000, prevrandao=bytes(32))
        self._evm = EVM(env=Env(cfg=CfgEnv(chain_id=chain_id), block=block), spec_id="CANCUN")

    def deploy(self, key: SealedKey) -> str:
        """Address of the contract of a key."""
        address, outcome = self.create(deployment_code(key))
        assert outcome.error is None, outcome
        return address

    def create(self, code: bytes) -> tuple[str, Outcome]:
        """Run creation bytecode."""
        try:
            address = self._evm.deploy(CALLER, code, gas=GAS_LIMIT)
        except RuntimeError as revert:
            return "", self._outcome(str(revert))
        return address, self._outcome()

    def code(self, address: str) -> bytes:
        """Code of a contract."""
        return bytes(self._evm.get_code(address) or b"")

    def verify(self, address: str, statement: Statement) -> Outcome:
        """Call `verify` in a transaction."""
        return self.call(
            address,
            encode_call(statement.context, statement.public, statement.body, statement.committed),
        )

    def call(self, address: str, data: bytes) -> Outcome:
        """Send a transaction."""
        try:
            self._evm.message_call(CALLER, address, calldata=data, gas=GAS_LIMIT)
        except RuntimeError as revert:
            return self._outcome(str(revert))
        return self._outcome()

    def result(self, address: str, data: bytes) -> bytes:
        """What a call returns."""
        return bytes(self._evm.message_call(CALLER, address, calldata=data, gas=GAS_LIMIT))

    def _outcome(self, revert: str = "") -> Outcome:
        result = self._evm.result
        assert result is not None
        gas = result.gas_used
        if not revert:
            return Outcome(None, gas)
        found = re.search(r"output: 0x([0-9a-f]*)", revert)
        data = bytes.fromhex(found[1]) if found else b""
        return Outcome(error_name(data) or f"unknown: {revert}", gas)
