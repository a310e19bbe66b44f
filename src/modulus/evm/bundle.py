"""The files that `modulus contract` writes: source, interface, bytecode, encoder, gas report."""

from __future__ import annotations

import json
from pathlib import Path

from modulus.evm.artifact import deployment_code, load_artifact
from modulus.evm.gas import estimate_deployment, estimate_verification
from modulus.evm.model import ContractModel
from modulus.evm.source import contract_source
from modulus.evm.typescript import typescript_source
from modulus.files import write_atomically


def contract_files(model: ContractModel, name: str = "Verifier") -> dict[str, str]:
    """Texts by file name.

    Raises:
        ArtifactError: The key does not fit a contract.
    """
    return {
        f"{name}.sol": contract_source(model),
        f"{name}.abi.json": json.dumps(_abi_without_constructor(), indent=2) + "\n",
        f"{name}.bin": deployment_code(model.key).hex() + "\n",
        f"{name}.ts": typescript_source(model),
        f"{name}.gas.json": json.dumps(gas_report(model), indent=2) + "\n",
    }


def write_contract(model: ContractModel, path: Path) -> list[Path]:
    """Write `Verifier.sol` and, beside it, interface, bytecode, encoder and gas report.

    Args:
        model: The model; see `ContractModel.of`.
        path: Where the source goes, for example `out/Verifier.sol`; the others take its stem.

    Raises:
        ArtifactError: The key does not fit a contract, or a file cannot be written.
    """
    written = []
    for name, text in contract_files(model, path.stem).items():
        target = path.parent / name
        write_atomically(target, [text.encode()], private=False)
        written.append(target)
    return written


def gas_report(model: ContractModel) -> dict[str, int]:
    """Estimated gas of deployment and of one verification, and where the latter goes."""
    gas = estimate_verification(model.key)
    return {
        "deployment": estimate_deployment(model.key),
        "verification": gas.total,
        "transaction": gas.transaction,
        "calldata": gas.calldata,
        "pairing": gas.pairing,
        "points": gas.points,
        "publicValues": gas.public_values,
        "other": gas.other,
    }


def _abi_without_constructor() -> list[dict[str, object]]:
    """The bytecode beside it has its constructor's argument already."""
    return [entry for entry in load_artifact().abi if entry["type"] != "constructor"]
