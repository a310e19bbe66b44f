"""Compile the generic verifier and ship it: src/modulus/evm/ModulusVerifier.json and .sol.

`--check` compiles again and fails if the shipped files differ. The compiler is the one pinned in
package-lock.json, so `npm ci` comes first; users of the package need no compiler.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
CONTRACTS: Final = ROOT / "contracts"
SOURCE: Final = CONTRACTS / "src" / "ModulusVerifier.sol"
ARTIFACT: Final = ROOT / "src" / "modulus" / "evm" / "ModulusVerifier.json"
SHIPPED_SOURCE: Final = ARTIFACT.with_suffix(".sol")


def main() -> int:
    """Write the shipped files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    wanted = {ARTIFACT: artifact(), SHIPPED_SOURCE: SOURCE.read_text(encoding="utf-8")}
    if parser.parse_args().check:
        stale = [path.name for path, text in wanted.items() if not _same(path, text)]
        print(f"stale: {', '.join(stale)}" if stale else "the shipped contract is up to date")
        return 1 if stale else 0
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


def artifact() -> str:
    """Text of the artifact of the current source."""
    source = SOURCE.read_text(encoding="utf-8")
    settings = compiler_settings()
    compiled = compile_sources({"ModulusVerifier.sol": source}, settings)["ModulusVerifier.sol"]
    deployer, runtime = compiled["ModulusVerifier"], compiled["ModulusVerifierRuntime"]
    constructor = [entry for entry in deployer["abi"] if entry["type"] == "constructor"]
    errors = [entry for entry in deployer["abi"] if entry["type"] == "error"]
    content = {
        "contractName": "ModulusVerifier",
        "abi": [*constructor, *runtime["abi"], *errors],
        "bytecode": "0x" + deployer["evm"]["bytecode"]["object"],
        "runtimeBytecode": "0x" + runtime["evm"]["deployedBytecode"]["object"],
        "compiler": {"version": compiler_version(), "settings": settings},
        "sourceSha256": hashlib.sha256(source.encode()).hexdigest(),
    }
    return json.dumps(content, indent=2) + "\n"


def compiler_settings() -> dict[str, Any]:
    """Settings of contracts/foundry.toml in the compiler's own words."""
    text = (CONTRACTS / "foundry.toml").read_text(encoding="utf-8")
    profile = tomllib.loads(text)["profile"]["default"]
    return {
        "optimizer": {"enabled": profile["optimizer"], "runs": profile["optimizer_runs"]},
        "viaIR": profile["via_ir"],
        "evmVersion": profile["evm_version"],
        "metadata": {
            "bytecodeHash": profile["bytecode_hash"],
            "appendCBOR": profile["cbor_metadata"],
        },
    }


def compile_sources(
    sources: dict[str, str], settings: dict[str, Any], *, allow_warnings: bool = False
) -> dict[str, Any]:
    """Contracts by file and name.

    Raises:
        RuntimeError: The compiler reports an error or, unless they are allowed, a warning.
    """
    request = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in sources.items()},
        "settings": settings
        | {
            "outputSelection": {
                "*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"]}
            }
        },
    }
    answer = json.loads(_solc(["--standard-json"], json.dumps(request)))
    problems = [
        entry["formattedMessage"]
        for entry in answer.get("errors", [])
        if entry["severity"] == "error" or not allow_warnings
    ]
    if problems:
        raise RuntimeError("\n".join(problems))
    contracts: dict[str, Any] = answer["contracts"]
    return contracts


def compiler_version() -> str:
    """Full version of the pinned compiler."""
    return _solc(["--version"]).strip().rsplit("Version: ", 1)[1]


def _solc(arguments: list[str], text: str = "") -> str:
    command = [str(ROOT / "tools" / "solc"), *arguments]
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
