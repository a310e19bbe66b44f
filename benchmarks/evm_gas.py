"""Gas of both sides' contracts, measured by a transaction in an EVM in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyrevm import EVM, BlockEnv, CfgEnv, Env

from modulus.evm.artifact import deployment_code
from modulus.evm.calldata import encode_call
from modulus.evm.model import ContractModel
from modulus.reference.sealed_proof import read_file
from modulus.verifier import padded_context
from tools.solc_artifact import compile_sources, compiler_settings

CALLER = "0x00000000000000000000000000000000000C0de1"
DEVELOPMENT_CHAIN = 31337
LARGEST_CODE = 24_576
GAS_LIMIT = 100_000_000

Gas = dict[str, Any]


def of_modulus(folder: Path) -> Gas:
    """Deploy the key's contract and verify the proof in one transaction."""
    model = ContractModel.decode((folder / "keys" / "verifying.key").read_bytes())
    public, committed, body = read_file(model.key, (folder / "proof").read_bytes())
    call = encode_call(padded_context(b""), public, body, committed)
    return _spent(deployment_code(model.key), call)


def of_ezkl(folder: Path) -> Gas:
    """The same for EZKL's contract, compiled with the settings of this project's."""
    source = (folder / "verifier.sol").read_text(encoding="utf-8")
    settings = compiler_settings() | {"viaIR": False}
    compiled = compile_sources({"verifier.sol": source}, settings, allow_warnings=True)
    (code,) = (item["evm"]["bytecode"]["object"] for item in compiled["verifier.sol"].values())
    return _spent(bytes.fromhex(code), (folder / "calldata.bin").read_bytes())


def _spent(code: bytes, call: bytes) -> Gas:
    block = BlockEnv(number=100, timestamp=1_800_000_000, prevrandao=bytes(32))
    limits = CfgEnv(chain_id=DEVELOPMENT_CHAIN)
    evm = EVM(env=Env(cfg=limits, block=block), spec_id="CANCUN")
    address = evm.deploy(CALLER, code, gas=GAS_LIMIT)
    deployed = evm.result
    evm.message_call(CALLER, address, calldata=call, gas=GAS_LIMIT)
    verified = evm.result
    if deployed is None or verified is None:
        raise SystemExit("the EVM gives no result")
    size = len(bytes(evm.get_code(address) or b"").rstrip(b"\0"))
    return {
        "deploy_gas": deployed.gas_used,
        "verify_gas": verified.gas_used,
        "code_bytes": size,
        "code_fits": size <= LARGEST_CODE,
    }
